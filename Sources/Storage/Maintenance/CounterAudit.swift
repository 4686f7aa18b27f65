package import Domain
package import Postgres

/// Whether what is counted of people equals the rows: files and friends of profiles, unread messages of conversations. Loop-confined, like its database.
package struct CounterAudit: Sendable {
    /// A part of all profiles, in the order of their ids.
    package struct Page: Sendable {
        /// Those whose counters were wrong when they were looked at.
        package let wrong: [UserID]
        /// Where the next page begins; nil after the last.
        package let last: UserID?
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Looks, and locks nothing: one statement sees a file and its counting together or not at all.
    /// - Parameter account: Nobody else; nil for everybody.
    package func page(
        after last: UserID?, of account: UserID? = nil, limit: Int = 1_000
    ) async throws(PostgresError) -> Page {
        // Bounds and no conditions, so that a page begins in the index where the one before ended.
        let nobody = UserID(Identifier(high: 0, low: 0))
        let everybody = UserID(Identifier(high: .max, low: .max))
        let rows = try await database.read(
            Self.page,
            [.id(last ?? nobody), .id(account ?? nobody), .id(account ?? everybody), .integer(limit)])
        var wrong: [UserID] = []
        var user: UserID?
        for var row in rows {
            user = try row.id(UserID.self)
            if try row.bool(), let user { wrong.append(user) }
        }
        return Page(wrong: wrong, last: rows.count == limit ? user : nil)
    }

    private static let page = Statement(
        "audit_counters",
        """
        SELECT user_id,
               (media_count, media_bytes, friends_count) <> (files.count, files.bytes, friends.count)
               OR EXISTS (
                   SELECT FROM conversation_members AS member
                   WHERE member.user_id = profile.user_id AND unread_count <> (
                       SELECT count(*) FROM messages
                       WHERE messages.conversation_id = member.conversation_id
                         AND messages.receiver_id = member.user_id AND messages.read_at IS NULL))
        FROM (
            SELECT user_id, media_count, media_bytes, friends_count
            FROM profiles
            WHERE user_id > $1 AND user_id BETWEEN $2 AND $3
            ORDER BY user_id
            LIMIT $4
        ) AS profile, LATERAL (
            SELECT count(*) AS count, coalesce(sum(byte_count), 0) AS bytes FROM media WHERE media.user_id = profile.user_id
        ) AS files, LATERAL (
            SELECT count(*) AS count FROM friends WHERE friends.user_id = profile.user_id
        ) AS friends
        ORDER BY user_id
        """)

    /// Counts these again while nobody can change them, and corrects what is still wrong.
    /// - Returns: How many were.
    package func correct(_ users: [UserID]) async throws(PostgresError) -> Int {
        try await database.write(
            Self.correct, [.uuids(users.map { ($0.identifier.high, $0.identifier.low) })]
        ).count
    }

    private static let correct = Statement(
        "correct_counters", "SELECT DISTINCT correct_counters($1::uuid[])")
}
