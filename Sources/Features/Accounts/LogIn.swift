import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Opens a session for whoever knows the password. A wrong password and an unknown address take as long and say the
/// same (S1-18).
struct LogIn: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let failures: LoginThrottle
    let producer: Producer

    /// - Throws: ``AccountRefusal/wrongCredentials``, ``AccountRefusal/deactivated`` (after the password).
    func callAsFunction(
        email: String, password: String, client: Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        guard let email = try? EmailAddress(email) else { throw AccountRefusal.wrongCredentials }
        try await failures.check(email)
        // A hash that changes meanwhile is looked at once more: another login may have renewed it, or its owner
        // replaced the password.
        for _ in 0..<2 {
            let found = try await accounts.credentials(email: email)
            let verdict = try await passwords.verify(password, against: found?.passwordHash)
            guard let found, let hash = found.passwordHash, verdict != .wrong else { break }
            guard found.isActive else { throw AccountRefusal.deactivated }
            guard
                let tokens = try await open(
                    found.account, hash, try await betterHash(of: password, verdict), client)
            else { continue }
            failures.succeeded(email)
            return (found.account, tokens)
        }
        await failures.failed(email)
        throw AccountRefusal.wrongCredentials
    }

    /// Nil when the hash is another one by now.
    private func open(
        _ account: Account, _ hash: String, _ newHash: String?, _ client: Client
    ) async throws -> IssuedTokens? {
        let (session, tokens) = issuer.open(for: account.id, client: client, at: .now)
        let notice = try producer.outboxJob(
            SendSignInNotice(account: account.id, session: session.id), trace: client.trace)
        guard
            let isEnqueued = try await sessions.open(
                session, for: account.id, verifiedHash: hash, newHash: newHash, enqueuing: notice)
        else { return nil }
        if isEnqueued { producer.push(notice) }
        return tokens
    }

    /// A hash of today's kind when the stored one is of another.
    private func betterHash(of password: String, _ verdict: PasswordVerdict) async throws -> String? {
        guard verdict == .rightNeedsRehash, let password = try? Password(password) else { return nil }
        return try await passwords.hash(password)
    }
}
