import Crypto
import Domain
import Jobs
import Storage

/// Sets the password of whoever holds the link that was mailed, and ends every session of the account (S2-61 to S2-63).
struct ResetPassword: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let links: EmailTokenStore
    let signer: EmailTokenSigner
    let passwords: Passwords
    let failures: LoginThrottle
    let ended: RevokedSessions
    let producer: Producer

    /// - Throws: ``AccountRefusal/linkRefused``.
    func callAsFunction(token: String, new: Password, trace: String) async throws {
        let id = try EmailToken.read(token, .reset, signer: signer)
        // Hashing is dear: only for a link that is good as far as can be seen.
        guard let link = try await links.find(id, .reset) else { throw AccountRefusal.linkRefused }
        let hash = try await passwords.hash(new)
        let notice = try producer.outboxJob(SendPasswordChanged(account: link.user), trace: trace)
        guard let change = try await accounts.resetPassword(with: id, to: hash, enqueuing: notice) else {
            throw AccountRefusal.linkRefused
        }
        if change.isEnqueued { producer.push(notice) }
        ended.insert(change.ended)
        // A login that was under way with the old password may have been written behind the statement's back.
        ended.insert(try await sessions.endAll(of: link.user, because: .reset))
        // Whoever reads the mail need not wait for those who guessed.
        if let email = try? EmailAddress(link.email) { failures.succeeded(email) }
    }
}
