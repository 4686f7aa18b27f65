package import Chassis
package import Domain
package import Postgres

/// Stores the identities of users at OpenID providers. Loop-confined, like its database.
package struct ProviderIdentities: Sendable {
    /// The identity in an id token, and the nonce that makes the token valid once.
    package struct Proof: Sendable {
        package let issuer: String
        package let subject: String
        package let nonce: String
        /// When the nonce would have expired anyway.
        package let nonceEnd: Timestamp

        package init(issuer: String, subject: String, nonce: String, nonceEnd: Timestamp) {
            self.issuer = issuer
            self.subject = subject
            self.nonce = nonce
            self.nonceEnd = nonceEnd
        }
    }

    /// The nonce opened a session before.
    package struct NonceUsed: Error {
        package init() {}
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the account of an identity; nil for a new identity.
    package func account(issuer: String, subject: String) async throws(PostgresError) -> UserID? {
        guard var row = try await database.read(Self.account, [.text(issuer), .text(subject)]).first else { return nil }
        return try row.id(UserID.self)
    }

    private static let account = Statement(
        "account_of_identity", "SELECT user_id FROM provider_identities WHERE issuer = $1 AND subject = $2")

    /// Opens a session for a user whom a provider has identified, and stores the identity. If the account's address was
    /// not verified before, its password may have been chosen by a stranger who took the address first: the password is
    /// removed, all sessions end, and the sources of earlier logins are forgotten.
    ///
    /// A second factor is not removed, and needed also then: the provider's word replaces a password alone.
    /// - Parameter secondFactor: Spent by the same statement; ignored if the account needs none.
    /// - Returns: The sessions that ended, whether the notice was enqueued, and the hash of the password, if there is
    ///   one; nil if the account is inactive or deleted.
    /// - Throws: ``NonceUsed``, ``SecondFactorRefused``, after which the nonce can be used again, `PostgresError`.
    package func open(
        _ session: NewSession, for user: UserID, _ proof: Proof, email: String?, secondFactor: SecondFactor? = nil,
        enqueuing notice: OutboxJob
    ) async throws -> (ended: [SessionID], isEnqueued: Bool, passwordHash: String?)? {
        let rows = try await write(
            Self.open,
            [
                .text(proof.nonce), .timestamp(proof.nonceEnd), .id(user), .text(proof.issuer), .text(proof.subject),
                .optional(email), .id(session.id), .bytes(session.refreshHash), .timestamp(session.expiresAt),
                .optional(session.userAgent), .text(session.ipAddress), .json(notice.records),
                .text(session.source), SecondFactor.step(secondFactor), SecondFactor.proof(secondFactor),
            ])
        guard !rows.isEmpty else { return nil }
        var ended: [SessionID] = []
        var isEnqueued = false
        var passwordHash: String?
        for var row in rows {
            guard try row.bool() else { throw SecondFactorRefused() }
            isEnqueued = try row.bool()
            if let session = try row.optionalID(SessionID.self) { ended.append(session) }
            passwordHash = try row.optionalText()
        }
        return (ended, isEnqueued, passwordHash)
    }

    private static let open = Statement(
        "open_provider_session",
        """
        WITH locked AS MATERIALIZED (
            SELECT id, is_verified, two_factor_at FROM accounts WHERE id = $3 AND is_active FOR UPDATE
        ), before AS MATERIALIZED (
            SELECT id, is_verified FROM locked
            WHERE passes_second_factor(id, two_factor_at, $14::bigint, $15::bytea)
        ), nonce AS (
            INSERT INTO used_nonces (nonce, expires_at) SELECT $1, $2 FROM before
        ), known AS (
            SELECT EXISTS (
                SELECT FROM sessions
                WHERE user_id = $3 AND user_agent IS NOT DISTINCT FROM $10::text AND ip_address = $11::text
            ) AS is_known
        ), account AS (
            UPDATE accounts
            SET last_login_at = now(), is_verified = true,
                password_hash = CASE WHEN before.is_verified THEN password_hash END
            FROM before
            WHERE accounts.id = before.id
            RETURNING accounts.id, accounts.password_hash
        ), identity AS (
            INSERT INTO provider_identities (issuer, subject, user_id, email)
            SELECT $4, $5, id, $6 FROM account
            ON CONFLICT (issuer, subject) DO UPDATE SET email = excluded.email
        ), ended AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'provider'
            FROM before
            WHERE sessions.user_id = before.id AND NOT before.is_verified AND ended_at IS NULL
            RETURNING sessions.id AS session_id
        ), links AS (
            DELETE FROM account_links USING before
            WHERE user_id = before.id AND NOT before.is_verified AND kind = 'reset'
        ), forgotten AS (
            DELETE FROM login_sources USING before
            WHERE user_id = before.id AND NOT before.is_verified AND address <> $13
        ), source AS (
            INSERT INTO login_sources (user_id, address) SELECT id, $13 FROM account
            ON CONFLICT (user_id, address) DO UPDATE SET last_login_at = now()
        ), session AS (
            INSERT INTO sessions (id, user_id, refresh_hash, expires_at, user_agent, ip_address)
            SELECT $7, id, $8, $9, $10, $11 FROM account
            RETURNING id
        ), enqueued AS (
            INSERT INTO outbox
            SELECT job.* FROM account, known, unique_outbox_rows($12) AS job WHERE NOT is_known
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        SELECT account.id IS NOT NULL, EXISTS (SELECT FROM enqueued), ended.session_id, account.password_hash
        FROM locked LEFT JOIN account ON account.id = locked.id LEFT JOIN ended ON true
        """)

    /// Registers an account with the identity, its first session, the mails and the event in one statement.
    /// - Throws: ``AccountStore/Conflict``, ``NonceUsed``, `PostgresError`.
    package func register(
        _ new: NewAccount, session: NewSession, _ proof: Proof, enqueuing welcome: OutboxJob
    ) async throws {
        _ = try await write(
            Self.register,
            [
                .id(new.id), .text(new.email), .text(new.username), .text(new.persona.rawValue),
                .text(new.language.rawValue), .id(session.id), .bytes(session.refreshHash),
                .timestamp(session.expiresAt), .optional(session.userAgent), .text(session.ipAddress),
                .text(proof.issuer), .text(proof.subject), .text(proof.nonce), .timestamp(proof.nonceEnd),
                .json(welcome.records), .text(session.source), .json(new.event.record),
            ])
    }

    private static let register = Statement(
        "register_by_provider",
        """
        WITH nonce AS (
            INSERT INTO used_nonces (nonce, expires_at) VALUES ($13, $14)
        ), account AS (
            INSERT INTO accounts (id, email, username, persona, language, is_verified, last_login_at)
            VALUES ($1, $2, $3, $4, $5, true, now())
        ), profile AS (
            INSERT INTO profiles (user_id) VALUES ($1)
        ), identity AS (
            INSERT INTO provider_identities (issuer, subject, user_id, email) VALUES ($11, $12, $1, $2)
        ), session AS (
            INSERT INTO sessions (id, user_id, refresh_hash, expires_at, user_agent, ip_address)
            VALUES ($6, $1, $7, $8, $9, $10)
        ), source AS (
            INSERT INTO login_sources (user_id, address) VALUES ($1, $16)
        ), event AS (
            INSERT INTO domain_events (id, subject, kind, data)
            SELECT id, subject, kind, data
            FROM jsonb_to_record($17) AS event(id uuid, subject uuid, kind text, data jsonb)
        )
        INSERT INTO outbox SELECT * FROM outbox_rows($15)
        """)

    /// Runs a statement, and throws ``AccountStore/Conflict`` or ``NonceUsed`` if a constraint is violated.
    private func write(_ statement: Statement, _ values: [PostgresValue]) async throws -> Rows {
        try await AccountStore.naming { () async throws(PostgresError) in
            try await database.write(statement, values)
        }
    }
}
