package import Chassis
package import Domain
package import Postgres

/// Stores accounts and their profiles. Loop-confined, like its database.
package struct AccountStore: Sendable {
    /// The account and the password hash that a login is checked against.
    package struct Credentials: Sendable {
        package let account: Account
        /// Nil if the account has no password.
        package let passwordHash: String?
        package let isActive: Bool
        /// Whether the account was logged into from the source during the last thirty days.
        package let isKnownSource: Bool
        /// Nil if logins need no second factor.
        package let secondFactor: StoredSecondFactor?
        /// Of an account that is not active because it is suspended.
        package let suspendedUntil: Timestamp?
    }

    /// The reason why an account cannot be created or renamed.
    package enum Conflict: Error {
        case emailTaken, usernameTaken
        /// The identity at the provider has an account already.
        case identityTaken
    }

    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Inserts account, profile, first session, verification token, mails and the event in one statement.
    /// - Throws: ``Conflict``, ``PostgresError``.
    package func register(
        _ new: NewAccount, session: NewSession, token: NewEmailToken, enqueuing mails: [OutboxJob]
    ) async throws {
        try await Self.naming { () async throws(PostgresError) in
            _ = try await database.write(
                Self.register,
                [
                    .id(new.id), .text(new.email), .text(new.username), .optional(new.passwordHash),
                    .text(new.persona.rawValue), .text(new.language.rawValue), .optional(new.firstName),
                    .optional(new.lastName), .id(session.id), .bytes(session.refreshHash),
                    .timestamp(session.expiresAt), .optional(session.userAgent), .text(session.ipAddress),
                    .id(token.id), .timestamp(token.expiresAt), .json(mails.records), .text(session.source),
                    .json(new.event.record),
                ])
        }
    }

    private static let register = Statement(
        "register_account",
        """
        WITH account AS (
            INSERT INTO accounts (id, email, username, password_hash, persona, language, last_login_at)
            VALUES ($1, $2, $3, $4, $5, $6, now())
        ), profile AS (
            INSERT INTO profiles (user_id, first_name, last_name) VALUES ($1, $7, $8)
        ), session AS (
            INSERT INTO sessions (id, user_id, refresh_hash, expires_at, user_agent, ip_address)
            VALUES ($9, $1, $10, $11, $12, $13)
        ), source AS (
            INSERT INTO login_sources (user_id, address) VALUES ($1, $17)
        ), token AS (
            INSERT INTO account_links (id, user_id, kind, email, expires_at) VALUES ($14, $1, 'verify', $2, $15)
        ), event AS (
            INSERT INTO domain_events (id, subject, kind, data)
            SELECT id, subject, kind, data
            FROM jsonb_to_record($18) AS event(id uuid, subject uuid, kind text, data jsonb)
        )
        INSERT INTO outbox SELECT * FROM outbox_rows($16)
        """)

    /// Translates violated constraints into ``Conflict`` and ``ProviderIdentities/NonceUsed``.
    static func naming<Value>(_ write: () async throws(PostgresError) -> Value) async throws -> Value {
        do {
            return try await write()
        } catch .rejected(let failure) where failure.constraint == "accounts_email_unique" {
            throw Conflict.emailTaken
        } catch .rejected(let failure) where failure.constraint == "accounts_username_unique" {
            throw Conflict.usernameTaken
        } catch .rejected(let failure) where failure.constraint == "provider_identities_pkey" {
            throw Conflict.identityTaken
        } catch .rejected(let failure) where failure.constraint == "used_nonces_pkey" {
            throw ProviderIdentities.NonceUsed()
        }
    }

    /// Returns nil if no account has the address.
    /// - Parameter source: The key under which limits count the client's address; nil if it does not matter.
    package func credentials(
        email: EmailAddress, from source: String? = nil
    ) async throws(PostgresError) -> Credentials? {
        let rows = try await database.read(
            Self.credentialsByEmail, [.text(email.description), .optional(source)])
        return try Self.credentials(rows)
    }

    /// Returns nil if there is no such account.
    package func credentials(of user: UserID) async throws(PostgresError) -> Credentials? {
        let rows = try await database.read(Self.credentialsByID, [.id(user)])
        return try Self.credentials(rows)
    }

    private static func credentials(_ rows: Rows) throws(PostgresError) -> Credentials? {
        guard var row = rows.first else { return nil }
        return Credentials(
            account: try account(&row), passwordHash: try row.optionalText(), isActive: try row.bool(),
            isKnownSource: try row.bool(), secondFactor: try StoredSecondFactor(&row),
            suspendedUntil: try row.optionalTimestamp())
    }

    static func account(_ row: inout Row) throws(PostgresError) -> Account {
        Account(
            id: try row.id(UserID.self), email: try row.text(), username: try row.text(),
            role: try row.word(AccountRole.self), persona: try row.word(Persona.self))
    }

    private static let credentialsByEmail = Statement(
        "credentials_by_email",
        """
        SELECT id, email, username, role, persona, password_hash, is_active, EXISTS (
                   SELECT FROM login_sources
                   WHERE user_id = accounts.id AND address = $2 AND last_login_at > now() - interval '30 days'),
               secret, last_step, suspended_until
        FROM accounts LEFT JOIN two_factor ON user_id = accounts.id AND two_factor_at IS NOT NULL
        WHERE lower(email) = lower($1)
        """)

    private static let credentialsByID = Statement(
        "credentials_by_id",
        """
        SELECT id, email, username, role, persona, password_hash, is_active, false, secret, last_step, suspended_until
        FROM accounts LEFT JOIN two_factor ON user_id = accounts.id AND two_factor_at IS NOT NULL
        WHERE id = $1
        """)
}

extension AccountStore {
    /// Returns nil if a user has one of some roles now and may use it.
    /// - Returns: Otherwise `role_required`, also for an inactive or unknown account, or `two_factor_setup_required`.
    package func refusal(of user: UserID, requiring roles: [AccountRole]) async throws(PostgresError)
        -> DomainError.Code?
    {
        let rows = try await database.read(Self.refusal, [.id(user), .texts(roles.map(\.rawValue))])
        guard var row = rows.first else { return .roleRequired }
        return try row.optionalText().map { DomainError.Code(rawValue: $0) ?? .roleRequired }
    }

    private static let refusal = Statement("role_refusal", "SELECT role_refusal($1, VARIADIC $2::text[])")

    /// Sets the role of a user who is no administrator. That role is given and removed on the command line only.
    /// - Parameter actor: For the audit log.
    /// - Returns: False if there is no such account, or it is an administrator's.
    package func setRole(
        _ role: AccountRole, of user: UserID, by actor: UserID? = nil
    ) async throws(PostgresError) -> Bool {
        try await !database.write(
            Self.setRole, [.id(user), .text(role.rawValue), actor.map { .id($0) } ?? .null]
        ).isEmpty
    }

    private static let setRole = Statement(
        "set_role",
        """
        WITH changed AS (
            UPDATE accounts SET role = $2, updated_at = now()
            WHERE id = $1 AND role <> 'ADMIN' AND $2 <> 'ADMIN' AND deleted_at IS NULL
            RETURNING id
        )
        SELECT record_audit($3, 'set_role', NULL, id, NULL, jsonb_build_object('role', $2::text)) FROM changed
        """)

    /// Sets any role. Blocks: for the command line.
    /// - Returns: False if no user has the name.
    package static func setRole(_ role: AccountRole, ofUsername name: String, in database: Secret<String>)
        throws(PostgresError) -> Bool
    {
        try BlockingConnection.open(database).query(
            """
            WITH changed AS (
                UPDATE accounts SET role = $2, updated_at = now()
                WHERE lower(username) = lower($1) AND deleted_at IS NULL
                RETURNING id
            )
            SELECT record_audit(NULL, 'set_role', NULL, id, NULL, jsonb_build_object('role', $2::text)) FROM changed
            """, [.text(name), .text(role.rawValue)]
        ).affected > 0
    }
}
