import Domain
import Storage

/// What only administrators do with the accounts of others. Their own role is read from the database each time (S2-69),
/// so that losing it takes effect at once.
struct Administration: Sendable {
    let accounts: AccountStore
    let own: OwnAccount

    /// Nobody becomes an administrator here, and no administrator is touched.
    func setRole(_ role: AccountRole, of user: UserID, by principal: Principal) async throws -> AccountDetails {
        try await mustBe(.admin, principal)
        guard try await accounts.setRole(role, of: user) else { throw AccountRefusal.accountUnknown }
        return try await own.read(user)
    }

    func setActive(_ isActive: Bool, of user: UserID, by principal: Principal) async throws -> AccountDetails {
        try await mustBe(.admin, principal)
        if isActive {
            _ = try await accounts.activate(user)
        } else if user == principal.user {
            throw Refusal.invalid("You cannot close your own account here")
        } else if try await own.read(user).isActive {
            try await own.deactivate(user)
        }
        return try await own.read(user)
    }

    private func mustBe(_ role: AccountRole, _ principal: Principal) async throws {
        guard try await accounts.role(of: principal.user) == role else { throw AccountRefusal.roleMissing }
    }
}
