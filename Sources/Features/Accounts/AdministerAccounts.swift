package import Domain
import Storage

/// What administrators do with the accounts of others. The caller's role is read from PostgreSQL each time (S2-69), so
/// that its loss takes effect at once.
package struct AdministerAccounts: Sendable {
    let accounts: AccountStore
    let account: ManageAccount

    /// Sets the role of a user. The role of an administrator is neither given nor taken here.
    /// - Throws: `role_required`, `account_not_found`.
    package func setRole(
        _ role: AccountRole, of user: UserID, by caller: Caller
    ) async throws(DomainError) -> AccountProfile {
        try await accounts.require(.admin, of: caller)
        let isSet = try await domainErrors { try await accounts.setRole(role, of: user, by: caller.user) }
        guard isSet else { throw .accountNotFound }
        return try await account.read(user)
    }

    /// Activates or deactivates an account. Administrators do not close one another: that needs the command line, which
    /// takes the role first.
    /// - Throws: `role_required`, `account_not_found`, `administrator_protected`, `validation_failed` for the caller's
    ///   own account.
    package func setActive(
        _ isActive: Bool, of user: UserID, by caller: Caller
    ) async throws(DomainError) -> AccountProfile {
        try await accounts.require(.admin, of: caller)
        if isActive {
            _ = try await domainErrors { try await accounts.activate(user, by: caller.user) }
            await account.publicPosts.renew()
        } else if user == caller.user {
            throw .invalid("You cannot close your own account here")
        } else {
            try await account.deactivateUnlessAdministrator(user, by: caller.user)
        }
        let profile = try await account.read(user)
        guard isActive || !profile.isActive || profile.account.role != .admin else { throw .administratorProtected }
        return profile
    }
}

extension AccountStore {
    /// - Throws: `role_required`.
    func require(_ role: AccountRole, of caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await self.role(of: caller.user) }) == role else { throw .roleRequired }
    }
}
