package import Domain
package import Postgres

extension FriendStore {
    /// Returns a page of friends, the newest first, and their total: two statements in one round trip.
    package func page(of user: UserID, offset: Int, limit: Int) async throws -> (friends: [Friendship], total: Int) {
        async let total = number(Self.count, of: user)
        let rows = try await database.read(Self.page, [.id(user), .integer(limit), .integer(offset)])
        return (try Self.friendships(rows), try await total)
    }

    /// Returns zero for an unknown user.
    private func number(_ statement: Statement, of user: UserID) async throws -> Int {
        guard var row = try await database.read(statement, [.id(user)]).first else { return 0 }
        return try row.int()
    }

    private static let count = Statement("count_friends", "SELECT friends_count FROM profiles WHERE user_id = $1")

    private static let page = Statement(
        "page_of_friends",
        """
        SELECT friends.id, friends.created_at, friends.accepted_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM (
            SELECT * FROM friends WHERE user_id = $1
            ORDER BY accepted_at DESC, friend_id
            LIMIT $2 OFFSET $3
        ) AS friends JOIN listed_users AS listed ON listed.id = friends.friend_id
        ORDER BY friends.accepted_at DESC, friends.friend_id
        """)

    /// Returns these friends, the newest first, without users who are no friends; and the version of the friendships,
    /// as in ``FriendIDs``, read before them.
    package func friends(
        of user: UserID, among users: [UserID]
    ) async throws -> (friends: [Friendship], version: Int) {
        async let version = number(Self.version, of: user)
        let rows = try await database.read(
            Self.some, [.id(user), .uuids(users.map { ($0.identifier.high, $0.identifier.low) })])
        return (try Self.friendships(rows), try await version)
    }

    private static let version = Statement("friends_version", "SELECT friends_version FROM profiles WHERE user_id = $1")

    private static let some = Statement(
        "some_friends",
        """
        SELECT friends.id, friends.created_at, friends.accepted_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM friends JOIN listed_users AS listed ON listed.id = friends.friend_id
        WHERE friends.user_id = $1 AND friends.friend_id = ANY ($2::uuid[])
        ORDER BY friends.accepted_at DESC, friends.friend_id
        """)

    /// Returns all friends, the newest first; at most ``FriendLimits/friends``.
    package func all(of user: UserID) async throws(PostgresError) -> [Friendship] {
        try Self.friendships(try await database.read(Self.all, [.id(user)]))
    }

    private static let all = Statement(
        "all_friends",
        """
        SELECT friends.id, friends.created_at, friends.accepted_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM friends JOIN listed_users AS listed ON listed.id = friends.friend_id
        WHERE friends.user_id = $1
        ORDER BY friends.accepted_at DESC, friends.friend_id
        """, isLong: true)

    /// Returns the ids of all friends, and which of them hide their presence.
    package func ids(of user: UserID) async throws(PostgresError) -> FriendIDs {
        guard var row = try await database.read(Self.ids, [.id(user)]).first else { return FriendIDs(version: 0) }
        return FriendIDs(
            version: try row.int(), ids: try row.optionalBytes() ?? [], hidden: try row.optionalBytes() ?? [])
    }

    /// Each list of ids is one value: thousands of rows cost more than their content.
    private static let ids = Statement(
        "friend_ids",
        """
        SELECT friends_version,
            (SELECT string_agg(uuid_send(friend_id), '' ORDER BY accepted_at DESC, friend_id)
             FROM friends WHERE user_id = $1),
            (SELECT string_agg(uuid_send(friend_id), '')
             FROM friends JOIN user_cards ON user_cards.user_id = friend_id AND NOT show_online_status
             WHERE friends.user_id = $1)
        FROM profiles WHERE user_id = $1
        """, isLong: true)

    /// Returns all friends of each of these users.
    package func sets(of users: [UserID]) async throws(PostgresError) -> [UserID: FriendSet] {
        var sets: [UserID: FriendSet] = [:]
        let ids = users.map { ($0.identifier.high, $0.identifier.low) }
        for var row in try await database.read(Self.sets, [.uuids(ids)]) {
            let (user, version) = (try row.id(UserID.self), try row.int())
            sets[user] = FriendSet(version: version, ids: try row.optionalBytes() ?? [])
        }
        return sets
    }

    private static let sets = Statement(
        "friend_sets",
        """
        SELECT user_id, friends_version,
               (SELECT string_agg(uuid_send(friend_id), '')
                FROM (SELECT friend_id FROM friends WHERE user_id = profiles.user_id ORDER BY friend_id) AS friend)
        FROM profiles WHERE user_id = ANY ($1::uuid[])
        """, isLong: true)

    private static func friendships(_ rows: Rows) throws(PostgresError) -> [Friendship] {
        var friendships: [Friendship] = []
        friendships.reserveCapacity(rows.count)
        for var row in rows {
            let id = try row.id(FriendshipID.self)
            let (created, accepted) = (try row.timestamp(), try row.timestamp())
            friendships.append(
                Friendship(id: id, friend: try ListedUser(&row), createdAt: created, acceptedAt: accepted))
        }
        return friendships
    }

    // MARK: Requests

    /// Returns received requests, the newest first, without those of hidden users. They are filtered one after the
    /// other until the page is full, whatever the planner estimates for thousands of them.
    package func incoming(of user: UserID, offset: Int, limit: Int) async throws(PostgresError) -> [FriendRequest] {
        try Self.requests(try await database.read(Self.incoming, [.id(user), .integer(limit), .integer(offset)]))
    }

    private static let incoming = Statement(
        "incoming_requests",
        """
        SELECT request.id, sender_id, receiver_id, message, request.created_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM (
            SELECT * FROM friend_requests
            WHERE receiver_id = $1 AND (SELECT is_active FROM accounts WHERE id = sender_id)
              AND NOT (SELECT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = sender_id))
            ORDER BY created_at DESC, id
            LIMIT $2 OFFSET $3
        ) AS request JOIN listed_users AS listed ON listed.id = sender_id
        ORDER BY request.created_at DESC, request.id
        """)

    /// Returns sent requests, the newest first. A request to a user who blocks the sender is among them, as one to a
    /// stranger would be: a missing one would reveal the block.
    package func outgoing(of user: UserID, offset: Int, limit: Int) async throws(PostgresError) -> [FriendRequest] {
        try Self.requests(try await database.read(Self.outgoing, [.id(user), .integer(limit), .integer(offset)]))
    }

    private static let outgoing = Statement(
        "outgoing_requests",
        """
        SELECT request.id, sender_id, receiver_id, message, request.created_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM (
            SELECT * FROM friend_requests
            WHERE sender_id = $1 AND (SELECT deleted_at IS NULL FROM accounts WHERE id = receiver_id)
            ORDER BY created_at DESC, id
            LIMIT $2 OFFSET $3
        ) AS request JOIN listed_users AS listed ON listed.id = receiver_id
        ORDER BY request.created_at DESC, request.id
        """)

    private static func requests(_ rows: Rows) throws(PostgresError) -> [FriendRequest] {
        var requests: [FriendRequest] = []
        for var row in rows {
            requests.append(
                FriendRequest(
                    id: try row.id(FriendshipID.self), sender: try row.id(UserID.self),
                    receiver: try row.id(UserID.self), message: try row.optionalText(),
                    createdAt: try row.timestamp(), other: try ListedUser(&row)))
        }
        return requests
    }
}
