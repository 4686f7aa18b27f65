package import Domain
package import Postgres

/// Stores sessions: families of refresh tokens. Loop-confined, like its database.
package struct SessionStore: Sendable {
    /// The outcome of a refresh.
    package enum Rotation: Sendable {
        case rotated(Account)
        /// The exchange happened before under the same Idempotency-Key.
        case repeated(Account, issuedAt: Int)
        /// The token was used before: the whole family is revoked. The mail about it is nil if one was sent less than a
        /// minute ago.
        case reused(enqueued: OutboxJob?)
        /// No such session, or it has ended or expired; or the token was exchanged just before.
        case refused
    }

    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Opens a session after a login.
    /// - Parameters:
    ///   - verifiedHash: The hash that the password was compared with.
    ///   - newHash: A hash of the same password by the current algorithm, if the stored one is by an older.
    ///   - secondFactor: Spent by the same statement; ignored if the account needs none.
    ///   - notice: The mail about a login from an unknown device or address.
    /// - Returns: Whether the notice was enqueued; nil if the account is inactive or has another hash by now: then
    ///   nothing was written.
    /// - Throws: ``SecondFactorRefused``, `PostgresError`.
    package func open(
        _ session: NewSession, for user: UserID, verifiedHash: String, newHash: String?,
        secondFactor: SecondFactor? = nil, enqueuing notice: OutboxJob
    ) async throws -> Bool? {
        let rows = try await database.write(
            Self.open,
            [
                .id(session.id), .id(user), .bytes(session.refreshHash), .timestamp(session.expiresAt),
                .optional(session.userAgent), .text(session.ipAddress), .text(verifiedHash), .optional(newHash),
                .json(notice.records), .text(session.source), SecondFactor.step(secondFactor),
                SecondFactor.proof(secondFactor),
            ])
        guard var row = rows.first else { return nil }
        guard try row.bool() else { throw SecondFactorRefused() }
        return try row.bool()
    }

    /// The account is locked before its second factor is read: a change of it waits for the login, or the other way
    /// round.
    private static let open = Statement(
        "open_session",
        """
        WITH known AS (
            SELECT EXISTS (
                SELECT FROM sessions
                WHERE user_id = $2 AND user_agent IS NOT DISTINCT FROM $5::text AND ip_address = $6::text
            ) AS is_known
        ), locked AS MATERIALIZED (
            SELECT id, two_factor_at FROM accounts
            WHERE id = $2 AND password_hash = $7 AND is_active
            FOR NO KEY UPDATE
        ), passed AS MATERIALIZED (
            SELECT id FROM locked WHERE passes_second_factor(id, two_factor_at, $11::bigint, $12::bytea)
        ), seen AS (
            UPDATE accounts
            SET last_login_at = now(), password_hash = coalesce($8, password_hash)
            FROM passed
            WHERE accounts.id = passed.id
            RETURNING accounts.id
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM seen, known, unique_outbox_rows($9) AS job WHERE NOT is_known
            ON CONFLICT DO NOTHING
            RETURNING id
        ), source AS (
            INSERT INTO login_sources (user_id, address) SELECT id, $10 FROM seen
            ON CONFLICT (user_id, address) DO UPDATE SET last_login_at = now()
        ), opened AS (
            INSERT INTO sessions (id, user_id, refresh_hash, expires_at, user_agent, ip_address)
            SELECT $1, id, $3, $4, $5, $6 FROM seen
            RETURNING id
        )
        SELECT EXISTS (SELECT FROM opened), EXISTS (SELECT FROM enqueued) FROM locked
        """)

    /// Ends a session by its refresh token, whether that is the newest or an older one.
    /// - Returns: Whether it was still open.
    package func end(_ session: SessionID) async throws(PostgresError) -> Bool {
        try await database.write(Self.end, [.id(session)]).affected > 0
    }

    private static let end = Statement(
        "end_session",
        """
        UPDATE sessions SET ended_at = now(), end_reason = 'logout'
        WHERE id = $1 AND ended_at IS NULL
        """)

    /// Ends all sessions of a user but one, if one is named.
    /// - Returns: Those that were still open.
    package func endAll(
        of user: UserID, keeping session: SessionID? = nil, because reason: SessionEnd
    ) async throws(PostgresError) -> [SessionID] {
        let noSession = SessionID(Identifier(high: 0, low: 0))
        return try Self.ids(
            try await database.write(Self.endAll, [.id(user), .id(session ?? noSession), .text(reason.rawValue)]))
    }

    private static let endAll = Statement(
        "end_sessions",
        """
        UPDATE sessions SET ended_at = now(), end_reason = $3
        WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL
        RETURNING id
        """)

    /// Ends one session of a user.
    /// - Returns: False if the user has no such open session.
    package func end(_ session: SessionID, of user: UserID) async throws(PostgresError) -> Bool {
        try await database.write(Self.endOwn, [.id(session), .id(user)]).affected > 0
    }

    private static let endOwn = Statement(
        "end_own_session",
        """
        UPDATE sessions SET ended_at = now(), end_reason = 'ended'
        WHERE id = $1 AND user_id = $2 AND ended_at IS NULL
        """)

    /// Returns the sessions that ended recently, through any process.
    /// - Parameter seconds: How far to look back, by PostgreSQL's clock.
    package func endedWithin(seconds: Int) async throws(PostgresError) -> [SessionID] {
        try Self.ids(try await database.read(Self.endedWithin, [.integer(seconds)]))
    }

    /// Returns the sessions that ended recently, with their users; those of deleted accounts have none.
    package func recentlyEnded(seconds: Int) async throws(PostgresError) -> [(session: SessionID, user: UserID)] {
        var ended: [(session: SessionID, user: UserID)] = []
        for var row in try await database.read(Self.recentlyEnded, [.integer(seconds)]) {
            ended.append((try row.id(SessionID.self), try row.id(UserID.self)))
        }
        return ended
    }

    private static let recentlyEnded = Statement(
        "recently_ended_sessions",
        """
        SELECT id, user_id FROM sessions
        WHERE ended_at > now() - $1 * interval '1 second' AND user_id IS NOT NULL
        """)

    private static func ids(_ rows: Rows) throws(PostgresError) -> [SessionID] {
        var ids: [SessionID] = []
        for index in 0..<rows.count {
            var row = rows[index]
            ids.append(try row.id(SessionID.self))
        }
        return ids
    }

    private static let endedWithin = Statement(
        "sessions_ended_within",
        """
        SELECT id FROM sessions WHERE ended_at > now() - $1 * interval '1 second'
        """)
}
