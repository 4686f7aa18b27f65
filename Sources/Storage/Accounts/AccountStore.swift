package import Postgres
package import Social

/// Accounts and their profiles. Loop-confined, like its database.
package struct AccountStore: Sendable {
    /// What a login has to check.
    package struct Credentials: Sendable {
        package let account: Account
        package let passwordHash: String
        package let isActive: Bool
    }

    /// Why an account cannot be made.
    package enum Conflict: Error {
        case emailTaken, usernameTaken
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Writes account, profile, first session and welcome mail in one statement: all of them, or none.
    /// - Throws: ``Conflict``, ``PostgresError``.
    package func register(
        _ account: Account, passwordHash: String, session: NewSession, welcome: PromisedJob
    ) async throws {
        do {
            _ = try await database.write(
                Self.register,
                [
                    .id(account.id), .text(account.email), .text(account.username), .text(passwordHash),
                    .text(account.persona.rawValue),
                    .id(session.id), .bytes(session.refreshHash), .timestamp(session.expiresAt),
                    .optional(session.userAgent), .text(session.ipAddress),
                    .json(welcome.records),
                ])
        } catch .rejected(let failure) where failure.constraint == "accounts_email_unique" {
            throw Conflict.emailTaken
        } catch .rejected(let failure) where failure.constraint == "accounts_username_unique" {
            throw Conflict.usernameTaken
        }
    }

    private static let register = Statement(
        "register_account",
        """
        WITH account AS (
            INSERT INTO accounts (id, email, username, password_hash, persona, last_login_at)
            VALUES ($1, $2, $3, $4, $5, now())
        ), profile AS (
            INSERT INTO profiles (user_id) VALUES ($1)
        ), session AS (
            INSERT INTO sessions (id, user_id, refresh_hash, expires_at, user_agent, ip_address)
            VALUES ($6, $1, $7, $8, $9, $10)
        )
        INSERT INTO outbox SELECT * FROM promised_jobs($11)
        """)

    /// Nil when nobody has that address.
    package func credentials(email: EmailAddress) async throws(PostgresError) -> Credentials? {
        let rows = try await database.read(Self.credentialsByEmail, [.text(email.description)])
        return try Self.credentials(rows)
    }

    /// Nil when there is no such account.
    package func credentials(of user: UserID) async throws(PostgresError) -> Credentials? {
        let rows = try await database.read(Self.credentialsByID, [.id(user)])
        return try Self.credentials(rows)
    }

    private static func credentials(_ rows: Rows) throws(PostgresError) -> Credentials? {
        guard !rows.isEmpty else { return nil }
        var row = rows[0]
        return Credentials(
            account: try account(&row), passwordHash: try row.text(), isActive: try row.bool())
    }

    static func account(_ row: inout Row) throws(PostgresError) -> Account {
        Account(
            id: try row.id(UserID.self), email: try row.text(), username: try row.text(),
            role: try row.word(AccountRole.self), persona: try row.word(Persona.self))
    }

    private static let credentialsByEmail = Statement(
        "credentials_by_email",
        """
        SELECT id, email, username, role, persona, password_hash, is_active
        FROM accounts
        WHERE lower(email) = lower($1)
        """)

    private static let credentialsByID = Statement(
        "credentials_by_id",
        """
        SELECT id, email, username, role, persona, password_hash, is_active
        FROM accounts
        WHERE id = $1
        """)

    /// Replaces the password and ends every other session of the user.
    /// - Parameter currentHash: The hash that was checked; when it is no longer the stored one, nothing happens.
    /// - Returns: The sessions that ended; nil when the password had changed meanwhile.
    package func changePassword(
        of user: UserID, from currentHash: String, to newHash: String, keeping session: SessionID
    ) async throws(PostgresError) -> [SessionID]? {
        let rows = try await database.write(
            Self.changePassword, [.id(user), .text(currentHash), .text(newHash), .id(session)])
        guard !rows.isEmpty else { return nil }
        var ended: [SessionID] = []
        for index in 0..<rows.count {
            var row = rows[index]
            if let (high, low) = try row.optionalUUID() { ended.append(SessionID(Identifier(high: high, low: low))) }
        }
        return ended
    }

    /// One row for each ended session; one row with NULL when there was none.
    private static let changePassword = Statement(
        "change_password",
        """
        WITH changed AS (
            UPDATE accounts SET password_hash = $3, updated_at = now()
            WHERE id = $1 AND password_hash = $2
            RETURNING id
        ), ended AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'password'
            FROM changed
            WHERE sessions.user_id = changed.id AND sessions.id <> $4 AND ended_at IS NULL
            RETURNING sessions.id AS session_id, sessions.user_id
        )
        SELECT ended.session_id FROM changed LEFT JOIN ended ON ended.user_id = changed.id
        """)
}
