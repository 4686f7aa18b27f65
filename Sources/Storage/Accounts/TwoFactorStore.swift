package import Chassis
package import Domain
package import Postgres

/// What is stored of a second factor, which a code is compared with.
package struct StoredSecondFactor: Sendable {
    /// The encrypted secret of the one-time passwords.
    package let secret: [UInt8]
    /// The newest step whose code was used.
    package let lastStep: Int

    /// Reads the columns `secret` and `last_step`; nil if they are null.
    init?(_ row: inout Row) throws(PostgresError) {
        let secret = try row.optionalBytes()
        let lastStep = try row.optionalInt()
        guard let secret, let lastStep else { return nil }
        self.secret = secret
        self.lastStep = lastStep
    }
}

/// A code that was compared. The statement that uses it spends it.
package enum SecondFactor: Sendable {
    /// A one-time password: its step, and the encrypted secret that it was compared with.
    case oneTimePassword(step: Int, secret: [UInt8])
    /// The hash of a recovery code, which the statement looks up.
    case recoveryCode(hash: [UInt8])

    /// The parameters `step` and `proof` of the SQL function `spend_second_factor`.
    static func step(_ factor: SecondFactor?) -> PostgresValue {
        if case .oneTimePassword(let step, _) = factor { .integer(step) } else { .null }
    }

    static func proof(_ factor: SecondFactor?) -> PostgresValue {
        switch factor {
        case .oneTimePassword(_, let secret): .bytes(secret)
        case .recoveryCode(let hash): .bytes(hash)
        case nil: .null
        }
    }
}

/// The account needs a second factor, and there was none, or it was spent or never valid: nothing was written.
package struct SecondFactorRefused: Error {
    package init() {}
}

/// Stores second factors. Loop-confined, like its database.
package struct TwoFactorStore: Sendable {
    /// The second factor of an account.
    package struct State: Sendable {
        /// Since when logins need it; nil if they do not.
        package let enabledAt: Timestamp?
        /// Nil if none was begun. Without ``enabledAt`` it is not confirmed.
        package let stored: StoredSecondFactor?
        package let recoveryCodeCount: Int
        package let role: AccountRole
        package let email: String
    }

    /// The outcome of a change.
    package enum Change: Sendable {
        /// The sessions that ended, and whether the mail about it was enqueued.
        case changed(ended: [SessionID], isEnqueued: Bool)
        case refused(DomainError.Code)
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns nil for a closed or unknown account.
    package func read(_ user: UserID) async throws(PostgresError) -> State? {
        guard var row = try await database.read(Self.read, [.id(user)]).first else { return nil }
        return State(
            enabledAt: try row.optionalTimestamp(), stored: try StoredSecondFactor(&row),
            recoveryCodeCount: try row.int(), role: try row.word(AccountRole.self), email: try row.text())
    }

    private static let read = Statement(
        "read_two_factor",
        """
        SELECT two_factor_at, secret, last_step,
               (SELECT count(*) FROM recovery_codes WHERE user_id = accounts.id), role, email
        FROM accounts LEFT JOIN two_factor ON user_id = accounts.id
        WHERE id = $1 AND is_active
        """)

    /// Stores a new encrypted secret, in place of an unconfirmed one.
    /// - Returns: The refusal: `account_not_found`, `two_factor_already_enabled`.
    package func begin(_ user: UserID, secret: [UInt8]) async throws(PostgresError) -> DomainError.Code? {
        guard var row = try await database.write(Self.begin, [.id(user), .bytes(secret)]).first else { return nil }
        return try row.optionalText().flatMap { DomainError.Code(rawValue: $0) }
    }

    private static let begin = Statement("begin_two_factor", "SELECT begin_two_factor($1, $2)")

    /// Enables two-factor login, and ends all sessions but one.
    /// - Parameters:
    ///   - factor: A code of the secret that was begun.
    ///   - codes: The hashes of the recovery codes.
    /// - Returns: Refused with `two_factor_already_enabled`, `two_factor_not_begun` (also after an hour).
    package func confirm(
        _ user: UserID, with factor: SecondFactor, codes: [String], keeping session: SessionID,
        enqueuing notice: OutboxJob
    ) async throws(PostgresError) -> Change {
        try Self.change(
            try await database.write(
                Self.confirm,
                [
                    .id(user), .id(session), SecondFactor.step(factor), SecondFactor.proof(factor), .texts(codes),
                    .json(notice.records),
                ]))
    }

    private static let confirm = Statement(
        "confirm_two_factor", "SELECT * FROM confirm_two_factor($1, $2, $3, $4, $5, $6)")

    /// Disables two-factor login, and ends all sessions but one.
    /// - Returns: Refused with `two_factor_not_enabled`, `two_factor_invalid`.
    package func disable(
        _ user: UserID, with factor: SecondFactor, keeping session: SessionID, enqueuing notice: OutboxJob
    ) async throws(PostgresError) -> Change {
        try Self.change(
            try await database.write(
                Self.disable,
                [
                    .id(user), .id(session), SecondFactor.step(factor), SecondFactor.proof(factor),
                    .json(notice.records),
                ]))
    }

    private static let disable = Statement(
        "disable_two_factor", "SELECT * FROM disable_two_factor($1, $2, $3, $4, $5)")

    /// Replaces the recovery codes, and ends all sessions but one.
    /// - Parameter codes: The hashes of the new ones.
    /// - Returns: Refused with `two_factor_not_enabled`, `two_factor_invalid`.
    package func renewRecoveryCodes(
        _ user: UserID, with factor: SecondFactor, codes: [String], keeping session: SessionID,
        enqueuing notice: OutboxJob
    ) async throws(PostgresError) -> Change {
        try Self.change(
            try await database.write(
                Self.renew,
                [
                    .id(user), .id(session), SecondFactor.step(factor), SecondFactor.proof(factor), .texts(codes),
                    .json(notice.records),
                ]))
    }

    private static let renew = Statement(
        "renew_recovery_codes", "SELECT * FROM renew_recovery_codes($1, $2, $3, $4, $5, $6)")

    /// Removes the second factor of a user who is no administrator, and ends all sessions.
    /// - Parameter actor: The administrator who does it, for the audit log.
    /// - Returns: Refused with `account_not_found`, `administrator_protected`, `two_factor_not_enabled`.
    package func reset(
        _ user: UserID, by actor: UserID, enqueuing notice: OutboxJob
    ) async throws(PostgresError) -> Change {
        try Self.change(try await database.write(Self.reset, [.id(user), .id(actor), .json(notice.records)]))
    }

    private static let reset = Statement("reset_two_factor", "SELECT * FROM reset_two_factor($1, $2, $3)")

    /// Removes the second factor of any user, and ends all sessions. Blocks: for the command line.
    /// - Parameter notice: Makes the mail to a user.
    /// - Returns: Refused with `account_not_found`, `two_factor_not_enabled`.
    package static func reset(
        username name: String, in database: Secret<String>, enqueuing notice: (UserID) throws -> OutboxJob
    ) throws -> Change {
        let connection = try BlockingConnection.open(database)
        let found = try connection.query(
            "SELECT id FROM accounts WHERE lower(username) = lower($1) AND deleted_at IS NULL", [.text(name)])
        guard var row = found.first else { return .refused(.accountNotFound) }
        let user = try row.id(UserID.self)
        return try change(
            try connection.query(
                "SELECT * FROM reset_two_factor($1, NULL, $2)", [.id(user), .json(try notice(user).records)]))
    }

    private static func change(_ rows: Rows) throws(PostgresError) -> Change {
        var ended: [SessionID] = []
        var isEnqueued = false
        for var row in rows {
            if let refusal = try row.optionalText() {
                return .refused(DomainError.Code(rawValue: refusal) ?? .internalFault)
            }
            if let session = try row.optionalID(SessionID.self) { ended.append(session) }
            if try row.bool() { isEnqueued = true }
        }
        return .changed(ended: ended, isEnqueued: isEnqueued)
    }
}
