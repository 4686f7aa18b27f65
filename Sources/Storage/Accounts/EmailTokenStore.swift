package import Chassis
package import Domain
package import Postgres

/// Stores the tokens in the links of mails, each good for one use. Loop-confined, like its database.
package struct EmailTokenStore: Sendable {
    /// The holder of a token.
    package struct Holder: Sendable {
        package let user: UserID
        /// The address that the mail was sent to.
        package let email: String
        package let username: String
        package let language: Language
        /// Whether logins need a second factor.
        package let hasSecondFactor: Bool
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Creates a token that resets a password in place of the account's earlier ones, and enqueues its mail, if an
    /// active account has the address: one statement in either case.
    /// - Returns: Whether the mail was enqueued: not if no account has the address, or a mail was sent less than a
    ///   minute ago.
    package func requestReset(
        for email: EmailAddress, _ token: NewEmailToken, enqueuing mail: OutboxJob
    ) async throws(PostgresError) -> Bool {
        let rows = try await database.write(
            Self.requestReset,
            [.text(email.description), .id(token.id), .timestamp(token.expiresAt), .json(mail.records)])
        return !rows.isEmpty
    }

    private static let requestReset = Statement(
        "request_reset",
        """
        WITH account AS (
            SELECT id, email FROM accounts WHERE lower(email) = lower($1) AND is_active FOR KEY SHARE
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM account, unique_outbox_rows($4) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        ), earlier AS (
            DELETE FROM account_links USING account, enqueued WHERE user_id = account.id AND kind = 'reset'
        )
        INSERT INTO account_links (id, user_id, kind, email, expires_at)
        SELECT $2, account.id, 'reset', account.email, $3 FROM account, enqueued
        RETURNING id
        """)

    /// Creates a token that verifies an unverified address, and enqueues its mail.
    /// - Returns: Whether the mail was enqueued.
    package func requestVerification(
        of user: UserID, _ token: NewEmailToken, enqueuing mail: OutboxJob
    ) async throws(PostgresError) -> Bool {
        let rows = try await database.write(
            Self.requestVerification, [.id(user), .id(token.id), .timestamp(token.expiresAt), .json(mail.records)])
        return !rows.isEmpty
    }

    private static let requestVerification = Statement(
        "request_verification",
        """
        WITH account AS (
            SELECT id, email FROM accounts WHERE id = $1 AND is_active AND NOT is_verified FOR KEY SHARE
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM account, unique_outbox_rows($4) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        INSERT INTO account_links (id, user_id, kind, email, expires_at)
        SELECT $2, account.id, 'verify', account.email, $3 FROM account, enqueued
        RETURNING id
        """)

    /// Consumes a token that verifies an address.
    /// - Returns: False if the token was used, has expired, was sent to another address, or never existed.
    package func verify(_ token: EmailTokenID) async throws(PostgresError) -> Bool {
        try await database.write(Self.verify, [.id(token)]).affected > 0
    }

    /// The account is locked before the link, as by every statement that ends links of an account.
    private static let verify = Statement(
        "verify_email",
        """
        WITH holder AS (
            SELECT id FROM accounts WHERE id = (SELECT user_id FROM account_links WHERE id = $1) FOR NO KEY UPDATE
        ), token AS (
            DELETE FROM account_links
            USING holder
            WHERE account_links.id = $1 AND user_id = holder.id AND kind = 'verify' AND expires_at > now()
            RETURNING user_id, email
        )
        UPDATE accounts SET is_verified = true, updated_at = now()
        FROM token
        WHERE accounts.id = token.user_id AND lower(accounts.email) = lower(token.email) AND is_active
        """)

    /// Returns the holder of a token; nil if the token was used, has expired, or never existed.
    package func find(_ token: EmailTokenID, _ purpose: EmailTokenPurpose) async throws(PostgresError) -> Holder? {
        guard var row = try await database.read(Self.find, [.id(token), .text(purpose.rawValue)]).first else {
            return nil
        }
        return Holder(
            user: try row.id(UserID.self), email: try row.text(), username: try row.text(),
            language: try row.word(Language.self), hasSecondFactor: try row.bool())
    }

    private static let find = Statement(
        "find_link",
        """
        SELECT user_id, account_links.email, username, language, two_factor_at IS NOT NULL
        FROM account_links JOIN accounts ON accounts.id = account_links.user_id
        WHERE account_links.id = $1 AND kind = $2 AND expires_at > now()
        """)
}

/// The row of a new token.
package struct NewEmailToken: Sendable {
    package let id: EmailTokenID
    package let expiresAt: Timestamp

    package init(id: EmailTokenID, expiresAt: Timestamp) {
        self.id = id
        self.expiresAt = expiresAt
    }
}
