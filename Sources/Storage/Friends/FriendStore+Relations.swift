package import Chassis
package import Domain
package import Postgres

extension FriendStore {
    /// The relation of two users.
    package struct Relation: Sendable {
        package enum Kind: String, Sendable {
            case friends
            case pending = "pending_request"
            case none
        }

        package let kind: Kind
        /// The start of the friendship, or when the request was sent.
        package let since: Timestamp?
        package let mutualFriends: Int

        /// The relation of users who see nothing of each other.
        package static let hidden = Relation(kind: .none, since: nil, mutualFriends: 0)
    }

    /// Returns the relation of two users, whatever they see of each other; of a user to itself there is none.
    /// - Returns: Nil if one of the users does not exist.
    package func relation(_ user: UserID, _ other: UserID) async throws(PostgresError) -> Relation? {
        guard var row = try await database.read(Self.relation, [.id(user), .id(other)]).first else { return nil }
        let (friendsSince, requestedAt) = (try row.optionalTimestamp(), try row.optionalTimestamp())
        return Relation(
            kind: friendsSince != nil ? .friends : requestedAt != nil ? .pending : .none,
            since: friendsSince ?? requestedAt,
            mutualFriends: try row.int())
    }

    private static let relation = Statement(
        "relation",
        """
        SELECT
            (SELECT accepted_at FROM friends WHERE user_id = $1 AND friend_id = $2),
            (SELECT min(created_at) FROM friend_requests
             WHERE sender_id = $1 AND receiver_id = $2 OR sender_id = $2 AND receiver_id = $1),
            (SELECT count(*) FROM friends AS one JOIN friends AS two ON two.friend_id = one.friend_id
             WHERE one.user_id = $1 AND two.user_id = $2 AND $1::uuid <> $2::uuid)
        WHERE EXISTS (SELECT FROM accounts WHERE id = $1 AND deleted_at IS NULL)
          AND EXISTS (SELECT FROM accounts WHERE id = $2 AND deleted_at IS NULL)
        """)

    /// Returns the mutual friends of two users, by name.
    package func mutual(_ user: UserID, _ other: UserID) async throws(PostgresError) -> [(id: UserID, username: String)]
    {
        var users: [(id: UserID, username: String)] = []
        for var row in try await database.read(Self.mutual, [.id(user), .id(other)]) {
            users.append((try row.id(UserID.self), try row.text()))
        }
        return users
    }

    private static let mutual = Statement(
        "mutual_friends",
        """
        SELECT accounts.id, accounts.username
        FROM friends AS one JOIN friends AS two ON two.friend_id = one.friend_id
            JOIN accounts ON accounts.id = one.friend_id
        WHERE one.user_id = $1 AND two.user_id = $2 AND $1::uuid <> $2::uuid
        ORDER BY accounts.username, accounts.id
        """, isLong: true)

    /// Returns the friends of a user, the oldest friendship first.
    package func summary(of user: UserID) async throws(PostgresError) -> [(
        id: UserID, since: Timestamp, isActive: Bool
    )] {
        var friends: [(id: UserID, since: Timestamp, isActive: Bool)] = []
        for var row in try await database.read(Self.summary, [.id(user)]) {
            friends.append((try row.id(UserID.self), try row.timestamp(), try row.bool()))
        }
        return friends
    }

    private static let summary = Statement(
        "friends_summary",
        """
        SELECT friend_id, accepted_at, is_active FROM friends JOIN accounts ON accounts.id = friend_id
        WHERE user_id = $1
        ORDER BY accepted_at, friend_id
        """, isLong: true)

    /// Returns the versions of the friendships of these users, in their order, each as in ``FriendIDs``.
    /// - Returns: Nil if one of the users does not exist.
    package func versions(of users: [UserID]) async throws(PostgresError) -> [Int]? {
        var versions: [UserID: Int] = [:]
        for var row in try await database.read(
            Self.versions, [.uuids(users.map { ($0.identifier.high, $0.identifier.low) })])
        {
            versions[try row.id(UserID.self)] = try row.int()
        }
        let found = users.compactMap { versions[$0] }
        return found.count == users.count ? found : nil
    }

    private static let versions = Statement(
        "friends_versions",
        """
        SELECT id, friends_version FROM accounts JOIN profiles ON profiles.user_id = accounts.id
        WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL
        """)

    /// Returns whether a user exists.
    package func exists(_ user: UserID) async throws(PostgresError) -> Bool {
        try await !database.read(Self.exists, [.id(user)]).isEmpty
    }

    private static let exists = Statement(
        "user_exists", "SELECT id FROM accounts WHERE id = $1 AND deleted_at IS NULL")
}
