import Crypto
import Domain
import Jobs
import Storage

/// Replaces a password for whoever knows the old one, and ends every other session of the account.
struct ChangePassword: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let failures: LoginThrottle
    let ended: RevokedSessions
    let producer: Producer

    /// - Throws: ``AccountRefusal``.
    func callAsFunction(old: String, new: Password, by principal: Principal, trace: String) async throws {
        guard let found = try await accounts.credentials(of: principal.user) else {
            throw AccountRefusal.tokenRefused
        }
        let email = try EmailAddress(found.account.email)
        try await failures.check(email)
        guard let current = found.passwordHash, try await passwords.verify(old, against: current) != .wrong else {
            await failures.failed(email)
            throw AccountRefusal.wrongCredentials
        }
        let hash = try await passwords.hash(new)
        let notice = try producer.outboxJob(SendPasswordChanged(account: principal.user), trace: trace)
        let change = try await accounts.changePassword(
            of: principal.user, from: current, to: hash, keeping: principal.session, enqueuing: notice)
        guard let change else { throw AccountRefusal.passwordChangedMeanwhile }
        if change.isEnqueued { producer.push(notice) }
        ended.insert(change.ended)
        // A login that was under way with the old password may have been written behind the statement's back.
        ended.insert(
            try await sessions.endAll(of: principal.user, keeping: principal.session, because: .password))
    }
}
