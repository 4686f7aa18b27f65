import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Opens a session for a correct password. A wrong password and an unknown address take equally long and give the same
/// error (S1-18).
///
/// The attempt is counted before the password is hashed, and against the budget of its source. A wrong code
/// counts as a wrong password does. Whether an account needs a code is told after the right password alone.
package struct LogIn: Sendable {
    let accounts: AccountStore
    let sessions: SessionStore
    let passwords: Passwords
    let issuer: TokenIssuer
    let throttle: LoginThrottle
    let codes: TwoFactorCodes
    let producer: Producer

    /// - Parameter code: A one-time password or a recovery code; ignored if the account needs none.
    /// - Throws: `wrong_credentials`, `rate_limited`; only after a correct password `account_deactivated`,
    ///   `account_suspended`, `two_factor_required`, `two_factor_invalid`.
    package func callAsFunction(
        email: String, password: String, code: String? = nil, client: any Client
    ) async throws(DomainError) -> (account: Account, tokens: IssuedTokens) {
        try await domainErrors { try await logIn(email, password, code, client) }
    }

    private func logIn(
        _ email: String, _ password: String, _ code: String?, _ client: any Client
    ) async throws -> (account: Account, tokens: IssuedTokens) {
        guard let email = try? EmailAddress(existing: email) else { throw DomainError.wrongCredentials }
        let found = try await accounts.credentials(email: email, from: client.source)
        let attempt = try await throttle.begin(email, from: source(of: client, found))
        let opened: (account: Account, tokens: IssuedTokens)?
        do {
            opened = try await verify(found, email, password, code, client)
        } catch let error as DomainError where error.code == .twoFactorInvalid {
            throw error
        } catch {
            // No password was compared, or it was right.
            await throttle.cancel(attempt)
            throw error
        }
        guard let opened else { throw DomainError.wrongCredentials }
        await throttle.succeed(attempt)
        return opened
    }

    private func source(of client: any Client, _ found: AccountStore.Credentials?) -> LoginSource {
        guard let found else { return .unknown }
        return LoginSource(of: client, found, issuer.devices)
    }

    private func device(of client: any Client, _ account: Account, _ hash: String?) -> String? {
        issuer.devices.device(of: client, user: account.id, passwordHash: hash, at: .now)
    }

    /// Returns nil for a wrong password and for an unknown address.
    private func verify(
        _ found: AccountStore.Credentials?, _ email: EmailAddress, _ password: String, _ code: String?,
        _ client: any Client
    ) async throws -> (account: Account, tokens: IssuedTokens)? {
        var found = found
        // A second attempt for a hash or second factor that changed concurrently: another login may have rehashed it,
        // or the owner changed the password.
        for _ in 0..<2 {
            let verdict = try await passwords.verify(password, against: found?.passwordHash, for: client.source)
            guard let known = found, let hash = known.passwordHash, verdict != .wrong else { return nil }
            guard known.isActive else { throw DomainError(inactive: known) }
            let factor = try codes.secondFactor(code, of: known)
            let newHash = try await improvedHash(of: password, verdict, client)
            do {
                if let tokens = try await open(known.account, hash, newHash, factor, client) {
                    return (known.account, tokens)
                }
            } catch is SecondFactorRefused {
                // Another login has just spent the code; or, without one, it was just enabled.
                if factor != nil { throw DomainError.twoFactorInvalid }
            }
            found = try await accounts.credentials(email: email)
        }
        return nil
    }

    /// Returns nil if the stored hash is no longer the verified one.
    private func open(
        _ account: Account, _ hash: String, _ newHash: String?, _ factor: SecondFactor?, _ client: any Client
    ) async throws -> IssuedTokens? {
        var (session, tokens) = issuer.open(for: account.id, client: client, at: .now)
        tokens.device = issuer.devices.make(
            for: account.id, passwordHash: newHash ?? hash, device: device(of: client, account, hash), at: .now)
        let notice = try producer.outboxJob(
            SendSignInNotice(account: account.id, session: session.id), trace: client.trace)
        guard
            let isEnqueued = try await sessions.open(
                session, for: account.id, verifiedHash: hash, newHash: newHash, secondFactor: factor,
                enqueuing: notice)
        else { return nil }
        if isEnqueued { producer.push(notice) }
        return tokens
    }

    /// Returns a hash by the current algorithm of the composed password if the stored one is of another.
    private func improvedHash(
        of password: String, _ verdict: PasswordVerdict, _ client: any Client
    ) async throws -> String? {
        verdict == .rightNeedsRehash ? try await passwords.rehash(password, for: client.source) : nil
    }
}
