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
        package let mutualFriends: Int
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the users whose name has a word that begins with the text, or contains it, the best match first; without
    /// users who block the searching user or are blocked. One statement: relations and mutual friends are counted over
    /// all found users together.
    /// - Parameter words: In lower case, at least two characters.
    package func find(
        _ words: String, for user: UserID, limit: Int = FriendLimits.found
    ) async throws(PostgresError) -> [Found] {
        let pattern = words.reduce(into: "") { pattern, character in
            if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
            pattern.append(character)
        }
        let rows = try await database.read(
            Self.find, [.text(words), .text(pattern), .id(user), .integer(limit), .boolean(words.count >= 3)])
        var found: [Found] = []
        for var row in rows {
            let (relation, mutual) = (try row.word(Found.Relation.self), try row.int())
            found.append(Found(user: try ListedUser(&row), relation: relation, mutualFriends: mutual))
        }
        return found
    }

    /// Both halves are answered by the trigram index: a word's beginning holds the space before it. Each is bounded
    /// before it is put in order, so that two common letters do not order a million rows. The properties of a candidate
    /// are read by its key: a join would read all accounts [31 ms against 9], and an EXISTS all friends of the
    /// searching user. Those are read once, for the mutual friends [a key for each friend of a candidate takes longer,
    /// even with five thousand friends].
    private static let find = Statement(
        "find_users",
        """
        WITH candidate AS (
            (SELECT user_id, search_text FROM profiles WHERE search_text LIKE '% ' || $2 || '%' LIMIT 500)
            UNION
            (SELECT user_id, search_text FROM profiles WHERE $5 AND search_text LIKE '%' || $2 || '%' LIMIT 500)
        ), found AS (
            SELECT candidate.user_id, row_number() OVER (
                ORDER BY search_text || ' ' LIKE ' ' || $2 || ' %' DESC, search_text LIKE ' ' || $2 || '%' DESC,
                         search_text LIKE '% ' || $2 || '%' DESC, similarity(search_text, $1) DESC, search_text
            ) AS place
            FROM candidate
            WHERE candidate.user_id <> $3 AND (SELECT is_active FROM accounts WHERE id = candidate.user_id)
              AND NOT (SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = $3 AND blocked_id = candidate.user_id))
              AND NOT (SELECT EXISTS (SELECT FROM blocks WHERE blocker_id = candidate.user_id AND blocked_id = $3))
            ORDER BY place
            LIMIT $4
        ), mutual AS (
            SELECT theirs.user_id, count(*) AS count
            FROM friends AS theirs
            WHERE theirs.user_id IN (SELECT user_id FROM found)
              AND theirs.friend_id IN (SELECT friend_id FROM friends WHERE user_id = $3)
            GROUP BY theirs.user_id
        )
        SELECT CASE
                   WHEN (SELECT true FROM friends WHERE user_id = $3 AND friend_id = found.user_id) THEN 'friends'
                   WHEN EXISTS (
                       SELECT FROM friend_requests
                       WHERE sender_id = $3 AND receiver_id = found.user_id
                          OR sender_id = found.user_id AND receiver_id = $3) THEN 'pending'
                   ELSE 'none'
               END, coalesce(mutual.count, 0),
               listed.id, listed.username, listed.avatar_media_id, listed.last_seen_at, listed.show_online_status
        FROM found JOIN listed_users AS listed ON listed.id = found.user_id
            LEFT JOIN mutual ON mutual.user_id = found.user_id
        ORDER BY found.place
        """, isLong: true)
}

/// A user as lists show it to others: a row of the view `listed_users`.
package struct ListedUser: Sendable {
    package let id: UserID
    package let username: String
    package let avatar: MediaID?
    /// When the user was last seen.
    package let lastSeenAt: Timestamp?
    /// Whether others see the user's presence.
    package let showsOnlineStatus: Bool

    /// Reads the columns of the view, in its order.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(UserID.self)
        username = try row.text()
        avatar = try row.optionalID(MediaID.self)
        lastSeenAt = try row.optionalTimestamp()
        showsOnlineStatus = try row.bool()
    }
}
