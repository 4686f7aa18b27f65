package import Chassis
package import Domain
package import Postgres

/// Counts of some days; a day without a row has none.
package struct DailyCounts<Counts: Sendable>: Sendable {
    /// Rows that were written before this time are counted.
    package let countedUntil: Timestamp
    package let days: [CalendarDay: Counts]
}

/// Stores what is counted of each day. Loop-confined, like its database.
package struct AnalyticsStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Counts the rows of the next time, and what has changed in the time before.
    /// - Parameters:
    ///   - latest: Nothing later is counted; in any case nothing of the last minute.
    ///   - minutes: How much time is counted at most.
    /// - Returns: Whether more is left.
    package func count(until latest: Timestamp, minutes: Int) async throws(PostgresError) -> Bool {
        let rows = try await database.write(Self.count, [.timestamp(latest), .integer(minutes)])
        guard var row = rows.first else { return false }
        return try row.bool()
    }

    private static let count = Statement(
        "count_days", "SELECT count_days($1, $2::integer * interval '1 minute')")

    /// Returns the counts of a user, from the first to the last day.
    package func counts(
        of user: UserID, from first: CalendarDay, to last: CalendarDay
    ) async throws(PostgresError) -> DailyCounts<UserCounts> {
        let rows = try await database.read(
            Self.userCounts, [.integer(first.number), .integer(last.number), .id(user)])
        return try Self.counts(rows) { (row) throws(PostgresError) in
            UserCounts(
                posts: try row.int(), comments: try row.int(), likes: try row.int(), follows: try row.int(),
                messages: try row.int(), media: try row.int(), likesReceived: try row.int(),
                commentsReceived: try row.int(), followers: try row.int())
        }
    }

    private static let userCounts = Statement(
        "daily_counts_of_user",
        """
        SELECT counted_until, counts.day - date '1970-01-01', posts, comments, likes, follows, messages, media,
               likes_received, comments_received, followers
        FROM count_progress LEFT JOIN daily_user_counts AS counts
            ON user_id = $3 AND counts.day BETWEEN date '1970-01-01' + $1::integer AND date '1970-01-01' + $2::integer
        ORDER BY counts.day
        """)

    /// Returns the counts of all users together, from the first to the last day.
    package func totals(
        from first: CalendarDay, to last: CalendarDay
    ) async throws(PostgresError) -> DailyCounts<TotalCounts> {
        let rows = try await database.read(Self.totals, [.integer(first.number), .integer(last.number)])
        return try Self.counts(rows) { (row) throws(PostgresError) in
            TotalCounts(
                registrations: try row.int(), activeUsers: try row.int(), posts: try row.int(),
                comments: try row.int(), likes: try row.int(), follows: try row.int(), messages: try row.int(),
                media: try row.int())
        }
    }

    private static let totals = Statement(
        "daily_totals",
        """
        SELECT counted_until, counts.day - date '1970-01-01', registrations, active_users, posts, comments, likes,
               follows, messages, media
        FROM count_progress LEFT JOIN daily_totals AS counts
            ON counts.day BETWEEN date '1970-01-01' + $1::integer AND date '1970-01-01' + $2::integer
        ORDER BY counts.day
        """)

    private static func counts<Counts: Sendable>(
        _ rows: Rows, _ read: (inout Row) throws(PostgresError) -> Counts
    ) throws(PostgresError) -> DailyCounts<Counts> {
        var countedUntil = Timestamp(unixSeconds: 0)
        var days: [CalendarDay: Counts] = [:]
        for var row in rows {
            countedUntil = try row.timestamp()
            guard let number = try row.optionalInt() else { continue }
            days[CalendarDay(number: number)] = try read(&row)
        }
        return DailyCounts(countedUntil: countedUntil, days: days)
    }
}
