import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Opens a session for a correct password. A wrong password and an unknown address take equally long and give the same
/// error (S1-18).
package struct LogIn: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let throttle: LoginThrottle
    let producer: Producer

    /// - Throws: `wrong_credentials`, `account_deactivated` (only after a correct password), `rate_limited`.
    package func callAsFunction(
        email: String, password: String, client: any Client
    ) async throws(DomainError) -> (account: Account, tokens: IssuedTokens) {
        try await domainErrors { try await logIn(email, password, client) }
    }

    private func logIn(
        _ email: String, _ password: String, _ client: any Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        guard let email = try? EmailAddress(email) else { throw DomainError.wrongCredentials }
        try await throttle.check(email)
        // A second attempt for a hash that changed concurrently: another login may have rehashed it, or the owner
        // changed the password.
        for _ in 0..<2 {
            let found = try await accounts.credentials(email: email)
            let verdict = try await passwords.verify(password, against: found?.passwordHash)
            guard let found, let hash = found.passwordHash, verdict != .wrong else { break }
            guard found.isActive else { throw DomainError.accountDeactivated }
            guard
                let tokens = try await open(
                    found.account, hash, try await improvedHash(of: password, verdict), client)
            else { continue }
            throttle.reset(email)
            return (found.account, tokens)
        }
        await throttle.recordFailure(email)
        throw DomainError.wrongCredentials
    }

    /// Returns nil if the stored hash is no longer the verified one.
    private func open(
        _ account: Account, _ hash: String, _ newHash: String?, _ client: any Client
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

    /// Returns a hash by the current algorithm if the stored one is by another.
    private func improvedHash(of password: String, _ verdict: PasswordVerdict) async throws -> String? {
        guard verdict == .rightNeedsRehash, let password = try? Password(password) else { return nil }
        return try await passwords.hash(password)
    }
}
