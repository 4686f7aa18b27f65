package import Chassis
package import Domain
import Postgres

/// A refresh token that is presented, and what replaces it.
package struct TokenExchange: Sendable {
    package let session: SessionID
    /// SHA-256 of the presented token.
    package let presented: [UInt8]
    /// SHA-256 of the token that replaces it.
    package let next: [UInt8]
    package let expiresAt: Timestamp
    /// The time in the new tokens, in seconds since 1970.
    package let issuedAt: Int
    /// SHA-256 of the presented token and the client's Idempotency-Key; nil without a key.
    package let answer: [UInt8]?

    package init(
        of session: SessionID, presented: [UInt8], next: [UInt8], expiresAt: Timestamp, issuedAt: Int,
        answer: [UInt8]? = nil
    ) {
        self.session = session
        self.presented = presented
        self.next = next
        self.expiresAt = expiresAt
        self.issuedAt = issuedAt
        self.answer = answer
    }
}

extension SessionStore {
    /// For this time after an exchange the previous token is refused and ends nothing: its client may have lost the
    /// answer, or share the token with another window.
    package static let grace = Duration.seconds(30)

    /// For this time an exchange is repeated under its Idempotency-Key.
    package static let answerLifetime = Duration.seconds(60)

    /// Exchanges one refresh token for the next. Of concurrent exchanges of one token one succeeds; the others are
    /// repetitions if they have the same Idempotency-Key, and otherwise refused. A token that was exchanged earlier
    /// than the ``grace`` allows revokes its session.
    /// - Parameter notice: Makes the mail about a revoked session; called only for a token that does not succeed.
    package func rotate(
        _ exchange: TokenExchange, notifying notice: () throws -> OutboxJob
    ) async throws -> Rotation {
        let rows = try await database.write(
            Self.rotate,
            [
                .id(exchange.session), .bytes(exchange.presented), .bytes(exchange.next),
                .timestamp(exchange.expiresAt), exchange.answer.map { .bytes($0) } ?? .null,
                .integer(exchange.issuedAt), .integer(Self.milliseconds(Self.answerLifetime)),
            ])
        if var row = rows.first { return .rotated(try AccountStore.account(&row)) }
        if let answer = exchange.answer, let repeated = try await repeated(answer, exchange.session) { return repeated }
        return try await endReused(exchange, enqueuing: try notice())
    }

    private static func milliseconds(_ duration: Duration) -> Int { Int(duration.nanoseconds / 1_000_000) }

    /// Answers of the same session that are too old are deleted with each new one.
    private static let rotate = Statement(
        "rotate_session",
        """
        WITH rotated AS (
            UPDATE sessions
            SET refresh_hash = $3, previous_hash = refresh_hash, refreshed_at = clock_timestamp(), expires_at = $4
            WHERE id = $1 AND refresh_hash = $2 AND ended_at IS NULL AND expires_at > now()
            RETURNING id, user_id
        ), expired AS (
            DELETE FROM refresh_answers USING rotated
            WHERE session_id = rotated.id
              AND refresh_answers.created_at < now() - $7 * interval '1 millisecond'
        ), answer AS (
            INSERT INTO refresh_answers (id, session_id, issued_at)
            SELECT $5::bytea, id, $6 FROM rotated WHERE $5::bytea IS NOT NULL
        )
        SELECT accounts.id, email, username, role, persona
        FROM rotated JOIN accounts ON accounts.id = rotated.user_id
        WHERE is_active
        """)

    private func repeated(_ answer: [UInt8], _ session: SessionID) async throws(PostgresError) -> Rotation? {
        let rows = try await database.read(
            Self.repeated, [.bytes(answer), .id(session), .integer(Self.milliseconds(Self.answerLifetime))])
        guard var row = rows.first else { return nil }
        let issuedAt = try row.int()
        return .repeated(try AccountStore.account(&row), issuedAt: issuedAt)
    }

    private static let repeated = Statement(
        "repeated_refresh",
        """
        SELECT issued_at, accounts.id, email, username, role, persona
        FROM refresh_answers
        JOIN sessions ON sessions.id = session_id
        JOIN accounts ON accounts.id = user_id
        WHERE refresh_answers.id = $1 AND session_id = $2 AND ended_at IS NULL AND is_active
          AND refresh_answers.created_at > now() - $3 * interval '1 millisecond'
        """)

    private func endReused(
        _ exchange: TokenExchange, enqueuing notice: OutboxJob
    ) async throws(PostgresError) -> Rotation {
        let rows = try await database.write(
            Self.endReused,
            [
                .id(exchange.session), .bytes(exchange.presented), .integer(Self.milliseconds(Self.grace)),
                .json(notice.records),
            ])
        guard var row = rows.first else { return .refused }
        return .reused(enqueued: try row.bool() ? notice : nil)
    }

    private static let endReused = Statement(
        "end_reused_session",
        """
        WITH reused AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'reuse'
            WHERE id = $1 AND refresh_hash <> $2 AND ended_at IS NULL AND expires_at > now()
              AND NOT (previous_hash IS NOT DISTINCT FROM $2
                       AND refreshed_at > clock_timestamp() - $3 * interval '1 millisecond')
            RETURNING user_id
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM reused, unique_outbox_rows($4) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT EXISTS (SELECT FROM enqueued) FROM reused
        """)
}
