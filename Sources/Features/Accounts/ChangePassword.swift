import Crypto
package import Domain
import Jobs
import Storage

/// Replaces a password after verifying the old one, and ends every other session of the account.
package struct ChangePassword: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let throttle: LoginThrottle
    let revoke: RevokeSessions
    let producer: Producer

    /// - Throws: `wrong_credentials`, `password_changed_concurrently`, `token_invalid`, `rate_limited`.
    package func callAsFunction(old: String, new: Password, by caller: Caller) async throws(DomainError) {
        try await domainErrors { try await change(old, new, caller) }
    }

    private func change(_ old: String, _ new: Password, _ caller: Caller) async throws {
        guard let found = try await accounts.credentials(of: caller.user) else { throw DomainError.tokenInvalid }
        let email = try EmailAddress(found.account.email)
        try await throttle.check(email)
        guard let current = found.passwordHash, try await passwords.verify(old, against: current) != .wrong else {
            await throttle.recordFailure(email)
            throw DomainError.wrongCredentials
        }
        let hash = try await passwords.hash(new)
        let notice = try producer.outboxJob(SendPasswordChanged(account: caller.user), trace: caller.trace)
        let change = try await accounts.changePassword(
            of: caller.user, from: current, to: hash, keeping: caller.session, enqueuing: notice)
        guard let change else { throw DomainError.passwordChangedConcurrently }
        if change.isEnqueued { producer.push(notice) }
        await revoke(change.ended, of: caller.user)
        // A concurrent login with the old password may have committed after the statement's snapshot.
        await revoke(
            try await sessions.endAll(of: caller.user, keeping: caller.session, because: .password), of: caller.user)
    }
}
