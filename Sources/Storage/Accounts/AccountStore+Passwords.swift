package import Domain
package import Postgres

extension AccountStore {
    /// The outcome of a password change.
    package struct PasswordChange: Sendable {
        /// The sessions that ended.
        package let ended: [SessionID]
        /// Whether the notice was enqueued; it is not if one was sent less than a minute ago.
        package let isEnqueued: Bool
    }

    /// Replaces the password, and ends every other session of the user and every link that resets the password. Sources
    /// of earlier logins are forgotten, but for the one of the change.
    /// - Parameters:
    ///   - currentHash: The hash that was checked; nothing is written unless it is still the stored one.
    ///   - notice: The mail about the change.
    ///   - source: The key under which limits count the client's address.
    /// - Returns: Nil if the password was changed meanwhile.
    package func changePassword(
        of user: UserID, from currentHash: String, to newHash: String, keeping session: SessionID,
        enqueuing notice: OutboxJob, source: String = ""
    ) async throws(PostgresError) -> PasswordChange? {
        try Self.change(
            try await database.write(
                Self.changePassword,
                [
                    .id(user), .text(currentHash), .text(newHash), .id(session), .json(notice.records), .text(source),
                ]))
    }

    /// One row for each ended session; one row with NULL if none ended.
    private static let changePassword = Statement(
        "change_password",
        """
        WITH changed AS (
            UPDATE accounts SET password_hash = $3, updated_at = now()
            WHERE id = $1 AND password_hash = $2
            RETURNING id
        ), links AS (
            DELETE FROM account_links USING changed WHERE user_id = changed.id AND kind = 'reset'
        ), sources AS (
            DELETE FROM login_sources USING changed WHERE user_id = changed.id AND address <> $6
        ), ended AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'password'
            FROM changed
            WHERE sessions.user_id = changed.id AND sessions.id <> $4 AND ended_at IS NULL
            RETURNING sessions.id AS session_id, sessions.user_id
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM changed, unique_outbox_rows($5) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT ended.session_id, EXISTS (SELECT FROM enqueued)
        FROM changed LEFT JOIN ended ON ended.user_id = changed.id
        """)

    /// Sets the password of a token's account, if the account still has the address that the token was sent to, and
    /// ends all sessions. All reset tokens of the account are consumed, and the address counts as verified. Sources of
    /// earlier logins are forgotten, but for the one of the reset.
    /// - Parameter source: The key under which limits count the client's address.
    /// - Returns: Nil if the token was used, has expired, or never existed, or the account is not active.
    package func resetPassword(
        with link: EmailTokenID, to newHash: String, enqueuing notice: OutboxJob, source: String = ""
    ) async throws(PostgresError) -> PasswordChange? {
        try Self.change(
            try await database.write(
                Self.resetPassword, [.id(link), .text(newHash), .json(notice.records), .text(source)]))
    }

    /// The account is locked before the link, as by every statement that ends links of an account.
    private static let resetPassword = Statement(
        "reset_password",
        """
        WITH holder AS (
            SELECT id FROM accounts WHERE id = (SELECT user_id FROM account_links WHERE id = $1) FOR NO KEY UPDATE
        ), link AS (
            DELETE FROM account_links
            USING holder
            WHERE account_links.id = $1 AND user_id = holder.id AND kind = 'reset' AND expires_at > now()
            RETURNING user_id, email
        ), changed AS (
            UPDATE accounts SET password_hash = $2, is_verified = true, updated_at = now()
            FROM link
            WHERE accounts.id = link.user_id AND lower(accounts.email) = lower(link.email) AND is_active
            RETURNING accounts.id
        ), others AS (
            DELETE FROM account_links
            USING changed
            WHERE user_id = changed.id AND kind = 'reset' AND account_links.id <> $1
        ), sources AS (
            DELETE FROM login_sources USING changed WHERE user_id = changed.id AND address <> $4
        ), ended AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'reset'
            FROM changed
            WHERE sessions.user_id = changed.id AND ended_at IS NULL
            RETURNING sessions.id AS session_id, sessions.user_id
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM changed, unique_outbox_rows($3) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT ended.session_id, EXISTS (SELECT FROM enqueued)
        FROM changed LEFT JOIN ended ON ended.user_id = changed.id
        """)

    private static func change(_ rows: Rows) throws(PostgresError) -> PasswordChange? {
        guard !rows.isEmpty else { return nil }
        var ended: [SessionID] = []
        var isEnqueued = false
        for var row in rows {
            if let session = try row.optionalID(SessionID.self) { ended.append(session) }
            isEnqueued = try row.bool()
        }
        return PasswordChange(ended: ended, isEnqueued: isEnqueued)
    }
}
