package import Domain
import Storage

/// What administrators do with the accounts of others. The caller's role is read from PostgreSQL each time (S2-69), so
/// that its loss takes effect at once.
package struct AdministerAccounts: Sendable {
    let accounts: AccountStore
    let account: ManageAccount
    let twoFactor: ManageTwoFactor

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

extension AdministerAccounts {
    /// Removes the second factor of a user who has lost it, ends all sessions and mails it to the user. That of an
    /// administrator is removed on the command line.
    /// - Throws: `role_required`, `account_not_found`, `administrator_protected`, `two_factor_not_enabled`.
    package func resetTwoFactor(of user: UserID, by caller: Caller) async throws(DomainError) -> AccountProfile {
        try await accounts.require(.admin, of: caller)
        try await twoFactor.reset(user, by: caller)
        return try await account.read(user)
    }
}

extension AccountStore {
    /// Checks that the caller has one of some roles and may use it.
    /// - Throws: `role_required`; `two_factor_setup_required` if the installation wants two-factor login of staff and
    ///   the caller has not enabled it.
    func require(_ roles: AccountRole..., of caller: Caller) async throws(DomainError) {
        guard try await hasRole(roles, caller) else { throw .roleRequired }
    }

    /// Returns whether the caller has one of some roles.
    /// - Throws: `two_factor_setup_required` if the caller has it and may not use it yet.
    func hasRole(_ roles: [AccountRole], _ caller: Caller) async throws(DomainError) -> Bool {
        let refusal = try await domainErrors { try await self.refusal(of: caller.user, requiring: roles) }
        if refusal == .twoFactorSetupRequired { throw .twoFactorSetupRequired }
        return refusal == nil
    }
}
