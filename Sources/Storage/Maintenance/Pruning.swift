import Chassis
package import Domain
package import Postgres

/// Deletes expired rows, a bounded number at a time. Loop-confined, like its database.
package struct Pruning: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    // MARK: Jobs

    /// Jobs that have ended and were kept to be looked at, until now.
    /// - Returns: How many went; less than the limit when there are no more.
    package func removeJobs(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeJobs, [.integer(limit)]).affected
    }

    /// The state is a condition too: a job that an operator has retried is kept.
    private static let removeJobs = Statement(
        "prune_jobs",
        """
        DELETE FROM outbox
        WHERE id IN (
            SELECT id FROM outbox
            WHERE keep_until <= now() AND state IN ('done', 'dead', 'cancelled')
            ORDER BY keep_until
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        )
        """)

    /// Ticks that came due more than a day ago, but never the newest of a name: it says how far the timetable has come.
    /// - Returns: How many went; less than the limit when there are no more.
    package func removeTicks(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeTicks, [.integer(limit)]).affected
    }

    private static let removeTicks = Statement(
        "prune_ticks",
        """
        DELETE FROM ticks
        WHERE (name, due_at) IN (
            SELECT name, due_at FROM ticks AS old
            WHERE due_at < now() - interval '1 day'
              AND EXISTS (SELECT FROM ticks AS newer WHERE newer.name = old.name AND newer.due_at > old.due_at)
            LIMIT $1
        )
        """)

    // MARK: Links and nonces

    /// Links in mails that have expired.
    /// - Returns: How many went; less than the limit when there are no more.
    package func removeLinks(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeLinks, [.integer(limit)]).affected
    }

    private static let removeLinks = Statement(
        "prune_links",
        """
        DELETE FROM account_links
        WHERE id IN (SELECT id FROM account_links WHERE expires_at <= now() LIMIT $1)
        """)

    /// Nonces that have expired.
    /// - Returns: How many went; less than the limit when there are no more.
    package func removeNonces(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeNonces, [.integer(limit)]).affected
    }

    private static let removeNonces = Statement(
        "prune_nonces",
        """
        DELETE FROM used_nonces
        WHERE nonce IN (SELECT nonce FROM used_nonces WHERE expires_at <= now() LIMIT $1)
        """)

    // MARK: Sessions

    /// Sessions that ended or expired long ago. None is needed by then: an access token lives for minutes and the last
    /// refresh token of a session as long as the session; a token of a session without a row is refused like one of a
    /// session that has ended. Until then the rows show where a user logged in.
    ///
    /// Goes through the sessions in the order of their ids, which is that of their beginnings, and only as far as one can
    /// be old enough.
    /// - Parameters:
    ///   - last: Where the page before ended; nil for the first.
    ///   - days: For how long it must be over.
    ///   - limit: How many sessions are looked at.
    /// - Returns: How many went, and where the next page begins; nil after the last.
    package func removeSessions(
        after last: SessionID?, overForDays days: Int = 30, limit: Int = 1_000
    ) async throws(PostgresError) -> (count: Int, last: SessionID?) {
        let youngest = Identifier(high: UInt64(Timestamp.now.unixMilliseconds - days * 86_400_000) << 16, low: 0)
        let rows = try await database.write(
            Self.removeSessions,
            [
                .id(last ?? SessionID(Identifier(high: 0, low: 0))), .id(SessionID(youngest)), .integer(days),
                .integer(limit),
            ])
        guard var row = rows.first else { return (0, nil) }
        let seen = try row.int()
        let count = try row.int()
        let session = try row.id(SessionID.self)
        return (count, seen == limit ? session : nil)
    }

    private static let removeSessions = Statement(
        "prune_sessions",
        """
        WITH page AS (
            SELECT id FROM sessions
            WHERE id > $1 AND id < $2
            ORDER BY id
            LIMIT $4
        ), gone AS (
            DELETE FROM sessions
            USING page
            WHERE sessions.id = page.id
              AND least(sessions.ended_at, sessions.expires_at) < now() - $3 * interval '1 day'
            RETURNING sessions.id
        )
        SELECT (SELECT count(*) FROM page), (SELECT count(*) FROM gone), id
        FROM page
        ORDER BY id DESC
        LIMIT 1
        """)
}
