package import Chassis
package import Domain
package import Postgres

/// Finds users by name. Loop-confined, like its database.
package struct UserSearch: Sendable {
    /// A found user, and the relation to the searching user.
    package struct Found: Sendable {
        package enum Relation: String, Sendable {
            case none, pending, friends
        }

        package let user: ListedUser
        package let relation: Relation
        package let mutual: MutualFriends
    }

    /// How many friends the found and the searching user have in common.
    package enum MutualFriends: Equatable, Sendable {
        case counted(Int)
        /// The searching user has many friends: to be counted from the friends that both have at these versions, as in
        /// ``FriendIDs``.
        case uncounted(version: Int, searchersVersion: Int)
    }

    /// With as many friends, mutual friends are not counted in PostgreSQL [1.8 ms with five thousand].
    package static let manyFriends = 256

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the users whose names match the text, the best match first, as the SQL function `find_users` does;
    /// without users who block the searching user or are blocked. One statement: relations and mutual friends are
    /// counted over all found users together, the latter if the searching user has less than ``manyFriends``.
    /// - Parameter text: In any case and form; at least two characters.
    package func find(
        _ text: String, for user: UserID, limit: Int = FriendLimits.found
    ) async throws(PostgresError) -> [Found] {
        let rows = try await database.read(
            Self.find, [.text(text), .id(user), .integer(limit), .integer(Self.manyFriends)])
        var found: [Found] = []
        for var row in rows {
            let relation = try row.word(Found.Relation.self)
            let (count, version, searchersVersion) = (try row.optionalInt(), try row.optionalInt(), try row.int())
            let mutual =
                count.map { MutualFriends.counted($0) }
                ?? .uncounted(version: version ?? 0, searchersVersion: searchersVersion)
            found.append(Found(user: try ListedUser(&row), relation: relation, mutual: mutual))
        }
        return found
    }

    /// The friends of the searching user are read once, for the mutual friends [a key for each friend of a found user
    /// takes longer].
    private static let find = Statement(
        "find_users",
        """
        WITH found AS MATERIALIZED (
            SELECT user_id, place FROM find_users($1, $2, $3::integer)
        ), searcher AS MATERIALIZED (
            SELECT friends_version AS version, friends_count < $4 AS has_few FROM profiles WHERE user_id = $2
        ), mutual AS (
            SELECT theirs.user_id, count(*) AS count
            FROM friends AS theirs
            WHERE (SELECT has_few FROM searcher) AND theirs.user_id IN (SELECT user_id FROM found)
              AND theirs.friend_id IN (SELECT friend_id FROM friends WHERE user_id = $2)
            GROUP BY theirs.user_id
        )
        SELECT CASE
                   WHEN (SELECT true FROM friends WHERE user_id = $2 AND friend_id = found.user_id) THEN 'friends'
                   WHEN EXISTS (
                       SELECT FROM friend_requests WHERE sender_id = $2 AND receiver_id = found.user_id)
                     OR EXISTS (
                       SELECT FROM friend_requests WHERE sender_id = found.user_id AND receiver_id = $2) THEN 'pending'
                   ELSE 'none'
               END,
               CASE WHEN has_few THEN coalesce(mutual.count, 0) END,
               CASE WHEN NOT has_few THEN (SELECT friends_version FROM profiles WHERE user_id = found.user_id) END,
               searcher.version,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM found JOIN listed_users AS listed ON listed.id = found.user_id
            LEFT JOIN mutual ON mutual.user_id = found.user_id
            CROSS JOIN searcher
        ORDER BY found.place
        """, isLong: true)
}

/// A user as lists show it to others: a row of the view `listed_users`.
package struct ListedUser: Sendable {
    package let id: UserID
    package let username: String
    package let avatar: Avatar?
    /// When the user was last seen.
    package let lastSeenAt: Timestamp?
    /// Whether others see the user's presence.
    package let showsOnlineStatus: Bool

    /// Reads the columns of the view that the statements list, in their order.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(UserID.self)
        username = try row.text()
        avatar = Avatar(upload: try row.optionalID(MediaID.self), address: try row.optionalText())
        lastSeenAt = try row.optionalTimestamp()
        showsOnlineStatus = try row.bool()
    }
}
