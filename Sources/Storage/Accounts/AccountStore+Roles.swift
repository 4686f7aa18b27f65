package import Chassis
package import Domain
package import Postgres

extension AccountStore {
    /// What somebody may do, as it is at this moment; nil for an account that is closed or not there.
    package func role(of user: UserID) async throws(PostgresError) -> AccountRole? {
        guard var row = try await database.read(Self.role, [.id(user)]).first else { return nil }
        return try row.word(AccountRole.self)
    }

    private static let role = Statement("account_role", "SELECT role FROM accounts WHERE id = $1 AND is_active")

    /// Gives somebody a role. Administrators are made, and unmade, on the command line alone.
    /// - Returns: False when there is no such account, or it is an administrator's.
    package func setRole(_ role: AccountRole, of user: UserID) async throws(PostgresError) -> Bool {
        try await database.write(Self.setRole, [.id(user), .text(role.rawValue)]).affected > 0
    }

    private static let setRole = Statement(
        "set_role",
        """
        UPDATE accounts SET role = $2, updated_at = now()
        WHERE id = $1 AND role <> 'ADMIN' AND $2 <> 'ADMIN' AND deleted_at IS NULL
        """)

    /// Gives somebody any role. Blocks: for the command line.
    /// - Returns: False when nobody has that name.
    package static func setRole(_ role: AccountRole, ofUsername name: String, in database: Secret<String>)
        throws(PostgresError) -> Bool
    {
        try BlockingConnection.open(database).query(
            "UPDATE accounts SET role = $2, updated_at = now() WHERE lower(username) = lower($1) AND deleted_at IS NULL",
            [.text(name), .text(role.rawValue)]
        ).affected > 0
    }
}
