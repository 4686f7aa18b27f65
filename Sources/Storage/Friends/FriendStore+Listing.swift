package import Domain
package import Postgres

extension FriendStore {
    /// A page of friends, the newest first, and how many there are in all: two statements that travel together.
    package func page(of user: UserID, offset: Int, limit: Int) async throws -> (friends: [Friendship], total: Int) {
        async let total = number(Self.count, of: user)
        let rows = try await database.read(Self.page, [.id(user), .integer(limit), .integer(offset)])
        return (try Self.friendships(rows), try await total)
    }

    /// Zero for somebody who is not there.
    private func number(_ statement: Statement, of user: UserID) async throws -> Int {
        guard var row = try await database.read(statement, [.id(user)]).first else { return 0 }
        return try row.int()
    }

    private static let count = Statement("count_friends", "SELECT friends_count FROM profiles WHERE user_id = $1")

    private static let page = Statement(
        "page_of_friends",
        """
        SELECT friends.id, friends.created_at, friends.accepted_at,
               listed.id, listed.username, listed.avatar_media_id, listed.last_seen_at, listed.show_online_status
        FROM (
            SELECT * FROM friends WHERE user_id = $1
            ORDER BY accepted_at DESC, friend_id
            LIMIT $2 OFFSET $3
        ) AS friends JOIN listed_users AS listed ON listed.id = friends.friend_id
        ORDER BY friends.accepted_at DESC, friends.friend_id
        """)

    /// These friends, the newest first; those who are none are left out. And the version of all of them, as in
    /// ``FriendIDs``, read before.
    package func friends(
        of user: UserID, among people: [UserID]
    ) async throws -> (friends: [Friendship], version: Int) {
        async let version = number(Self.version, of: user)
        let rows = try await database.read(
            Self.some, [.id(user), .uuids(people.map { ($0.identifier.high, $0.identifier.low) })])
        return (try Self.friendships(rows), try await version)
    }

    private static let version = Statement("friends_version", "SELECT friends_version FROM profiles WHERE user_id = $1")

    private static let some = Statement(
        "some_friends",
        """
        SELECT friends.id, friends.created_at, friends.accepted_at,
               listed.id, listed.username, listed.avatar_media_id, listed.last_seen_at, listed.show_online_status
        FROM friends JOIN listed_users AS listed ON listed.id = friends.friend_id
        WHERE friends.user_id = $1 AND friends.friend_id = ANY ($2::uuid[])
        ORDER BY friends.accepted_at DESC, friends.friend_id
        """)

    /// All friends, the newest first: at most as many as anybody may have.
    package func all(of user: UserID) async throws(PostgresError) -> [Friendship] {
        try Self.friendships(try await database.read(Self.all, [.id(user)]))
    }

    private static let all = Statement(
        "all_friends",
        """
        SELECT friends.id, friends.created_at, friends.accepted_at,
               listed.id, listed.username, listed.avatar_media_id, listed.last_seen_at, listed.show_online_status
        FROM friends JOIN listed_users AS listed ON listed.id = friends.friend_id
        WHERE friends.user_id = $1
        ORDER BY friends.accepted_at DESC, friends.friend_id
        """, isLong: true)

    /// The ids of all friends, and who of them hides.
    package func ids(of user: UserID) async throws(PostgresError) -> FriendIDs {
        guard var row = try await database.read(Self.ids, [.id(user)]).first else { return FriendIDs(version: 0) }
        return FriendIDs(
            version: try row.int(), ids: try row.optionalBytes() ?? [], hidden: try row.optionalBytes() ?? [])
    }

    /// Lists of ids as one value each, because thousands of rows cost more than what is in them.
    private static let ids = Statement(
        "friend_ids",
        """
        SELECT friends_version,
            (SELECT string_agg(uuid_send(friend_id), '' ORDER BY accepted_at DESC, friend_id)
             FROM friends WHERE user_id = $1),
            (SELECT string_agg(uuid_send(friend_id), '')
             FROM friends JOIN profiles ON profiles.user_id = friend_id AND NOT show_online_status
             WHERE friends.user_id = $1)
        FROM profiles WHERE user_id = $1
        """, isLong: true)

    private static func friendships(_ rows: Rows) throws(PostgresError) -> [Friendship] {
        var friendships: [Friendship] = []
        friendships.reserveCapacity(rows.count)
        for var row in rows {
            let id = try row.id(FriendshipID.self)
            let (created, accepted) = (try row.timestamp(), try row.timestamp())
            friendships.append(
                Friendship(id: id, friend: try Person(&row), createdAt: created, acceptedAt: accepted))
        }
        return friendships
    }

    // MARK: Requests

    /// Requests that wait for this person's answer, the newest first; of those who are blocked none. They are looked at one
    /// after the other until the page is full, whatever the planner thinks of thousands of them.
    package func incoming(of user: UserID, offset: Int, limit: Int) async throws(PostgresError) -> [FriendRequest] {
        try Self.requests(try await database.read(Self.incoming, [.id(user), .integer(limit), .integer(offset)]))
    }

    private static let incoming = Statement(
        "incoming_requests",
        """
        SELECT request.id, sender_id, receiver_id, message, request.created_at,
               listed.id, listed.username, listed.avatar_media_id, listed.last_seen_at, listed.show_online_status
        FROM (
            SELECT * FROM friend_requests
            WHERE receiver_id = $1 AND (SELECT is_active FROM accounts WHERE id = sender_id)
              AND NOT (SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = $1 AND blocked_id = sender_id))
            ORDER BY created_at DESC, id
            LIMIT $2 OFFSET $3
        ) AS request JOIN listed_users AS listed ON listed.id = sender_id
        ORDER BY request.created_at DESC, request.id
        """)

    /// Requests of this person that wait for an answer, the newest first.
    package func outgoing(of user: UserID, offset: Int, limit: Int) async throws(PostgresError) -> [FriendRequest] {
        try Self.requests(try await database.read(Self.outgoing, [.id(user), .integer(limit), .integer(offset)]))
    }

    private static let outgoing = Statement(
        "outgoing_requests",
        """
        SELECT request.id, sender_id, receiver_id, message, request.created_at,
               listed.id, listed.username, listed.avatar_media_id, listed.last_seen_at, listed.show_online_status
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
                    createdAt: try row.timestamp(), other: try Person(&row)))
        }
        return requests
    }
}
