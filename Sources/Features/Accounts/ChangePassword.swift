import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Replaces a password after verifying the old one, and ends every other session of the account.
package struct ChangePassword: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let throttle: LoginThrottle
    let revoke: RevokeSessions
    let producer: Producer

    /// - Returns: A device token for the caller's device: the change revokes all earlier ones.
    /// - Throws: `wrong_credentials`, `password_changed_concurrently`, `token_invalid`, `rate_limited`,
    ///   `validation_failed` for a password that is the user's name or address.
    @discardableResult
    package func callAsFunction(old: String, new: Password, by caller: Caller) async throws(DomainError) -> String {
        try await domainErrors { try await change(old, new, caller) }
    }

    private func change(_ old: String, _ new: Password, _ caller: Caller) async throws -> String {
        guard let found = try await accounts.credentials(of: caller.user) else { throw DomainError.tokenInvalid }
        let email = try EmailAddress(existing: found.account.email)
        let current = try await verified(old, found.passwordHash, email, caller)
        try new.requireUnlike(username: found.account.username, email: found.account.email)
        let source = caller.client.source
        let hash = try await passwords.hash(new, for: source)
        let notice = try producer.outboxJob(SendPasswordChanged(account: caller.user), trace: caller.trace)
        let change = try await accounts.changePassword(
            of: caller.user, from: current, to: hash, keeping: caller.session, enqueuing: notice,
            source: source)
        guard let change else { throw DomainError.passwordChangedConcurrently }
        if change.isEnqueued { producer.push(notice) }
        await revoke(change.ended, of: caller.user)
        // A concurrent login with the old password may have committed after the statement's snapshot.
        await revoke(
            try await sessions.endAll(of: caller.user, keeping: caller.session, because: .password), of: caller.user)
        let devices = issuer.devices
        let device = devices.device(of: caller.client, user: caller.user, passwordHash: current, at: .now)
        return devices.make(for: caller.user, passwordHash: hash, device: device, at: .now)
    }

    /// Returns the hash that the old password was compared with. Attempts of a session have a budget of their own, so
    /// that guesses at the login do not delay its owner.
    private func verified(
        _ old: String, _ hash: String?, _ email: EmailAddress, _ caller: Caller
    ) async throws -> String {
        let attempt = try await throttle.begin(email, from: .session(caller.session))
        let verdict: PasswordVerdict
        do {
            verdict = try await passwords.verify(old, against: hash, for: caller.client.source)
        } catch {
            await throttle.cancel(attempt)
            throw error
        }
        guard let hash, verdict != .wrong else { throw DomainError.wrongCredentials }
        await throttle.succeed(attempt)
        return hash
    }
}
