import Chassis
import Crypto
import Social
import Storage

/// Opens a session for whoever knows the password. A wrong password and an unknown address take as long and say the
/// same (S1-18).
struct LogIn: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let failures: FailureBudget

    /// - Throws: ``Refusal/unauthenticated(_:)``, ``Refusal/forbidden(_:)`` for a closed account (after the password).
    func callAsFunction(
        email: String, password: String, client: Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        let invalid = Refusal.unauthenticated("Invalid credentials")
        guard let email = try? EmailAddress(email) else { throw invalid }
        try await failures.check(email)
        // A hash that changes meanwhile is looked at once more: another login may have renewed it, or its owner
        // replaced the password.
        for _ in 0..<2 {
            let found = try await accounts.credentials(email: email)
            let verdict = try await passwords.verify(password, against: found?.passwordHash)
            guard let found, verdict != .wrong else { break }
            guard found.isActive else { throw Refusal.forbidden("Account is deactivated") }
            let (session, tokens) = issuer.open(for: found.account.id, client: client, at: .now)
            let isOpen = try await sessions.open(
                session, for: found.account.id, verifiedHash: found.passwordHash,
                newHash: try await betterHash(of: password, verdict))
            guard isOpen else { continue }
            failures.succeeded(email)
            return (found.account, tokens)
        }
        await failures.failed(email)
        throw invalid
    }

    /// A hash of today's kind when the stored one is of another.
    private func betterHash(of password: String, _ verdict: PasswordVerdict) async throws -> String? {
        guard verdict == .rightNeedsRehash, let password = try? Password(password) else { return nil }
        return try await passwords.hash(password)
    }
}
