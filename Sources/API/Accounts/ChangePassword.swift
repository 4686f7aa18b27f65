import Crypto
import Social
import Storage

/// Replaces a password for whoever knows the old one, and ends every other session of the account.
struct ChangePassword: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let failures: FailureBudget
    let ended: EndedSessions

    func callAsFunction(old: String, new: Password, by principal: Principal) async throws {
        guard let found = try await accounts.credentials(of: principal.user) else {
            throw Refusal.unauthenticated("Invalid token")
        }
        let email = try EmailAddress(found.account.email)
        try await failures.check(email)
        guard try await passwords.verify(old, against: found.passwordHash) != .wrong else {
            await failures.failed(email)
            throw Refusal.unauthenticated("Invalid credentials")
        }
        let hash = try await passwords.hash(new)
        let others = try await accounts.changePassword(
            of: principal.user, from: found.passwordHash, to: hash, keeping: principal.session)
        guard let others else { throw Refusal.conflict("The password was changed meanwhile") }
        ended.insert(others)
        // A login that was under way with the old password may have been written behind the statement's back.
        ended.insert(try await sessions.endOthers(of: principal.user, keeping: principal.session))
    }
}
