import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Resets a forgotten password by a mailed token (S2-59 to S2-63).
package struct ResetPassword: Sendable {
    /// Longer than the statement takes, so that the response time does not tell whether the address is known (S2-59).
    private static let responseTime = Duration.milliseconds(150)

    let accounts: AccountStore
    let sessions: SessionStore
    let emailTokens: EmailTokenStore
    let signer: EmailTokenSigner
    let passwords: Passwords
    let issuer: TokenIssuer
    let throttle: LoginThrottle
    let revoke: RevokeSessions
    let producer: Producer
    let loop: EventLoop

    /// Mails a token to the address if an account has it. Neither the result nor its time tells whether one does.
    package func request(email: EmailAddress, client: any Client) async throws(DomainError) {
        try await domainErrors {
            async let minimumTime: Void = wait()
            let token = EmailToken.new(at: .now)
            let mail = try producer.outboxJob(
                SendPasswordReset(link: token.id, email: email.key), trace: client.trace)
            if try await emailTokens.requestReset(for: email, token, enqueuing: mail) { producer.push(mail) }
            await minimumTime
        }
    }

    private func wait() async {
        try? await loop.sleep(for: Self.responseTime)
    }

    /// Sets the password of the token's account and ends all its sessions. Logins need the second factor as before, and
    /// the mailbox gives no further guesses at it: counts of wrong codes stay, and the client's device stays unknown.
    /// - Returns: A device token for the client: the reset revokes all earlier ones. Nil if logins need a second
    ///   factor.
    /// - Throws: `email_token_invalid`, `validation_failed` for a password that is the user's name or address.
    @discardableResult
    package func callAsFunction(
        token: String, new: Password, client: any Client
    ) async throws(DomainError) -> String? {
        let id = try EmailToken.read(token, .reset, signer: signer)
        return try await domainErrors { try await reset(id, new, client) }
    }

    private func reset(_ id: EmailTokenID, _ new: Password, _ client: any Client) async throws -> String? {
        // Hashing is expensive: only for a token that is valid so far.
        guard let holder = try await emailTokens.find(id, .reset) else { throw DomainError.emailTokenInvalid }
        try new.requireUnlike(username: holder.username, email: holder.email)
        let hash = try await passwords.hash(new, for: client.source)
        let notice = try producer.outboxJob(SendPasswordChanged(account: holder.user), trace: client.trace)
        guard
            let change = try await accounts.resetPassword(
                with: id, to: hash, enqueuing: notice, source: client.source)
        else { throw DomainError.emailTokenInvalid }
        if change.isEnqueued { producer.push(notice) }
        await revoke(change.ended, of: holder.user)
        // A concurrent login with the old password may have committed after the statement's snapshot.
        await revoke(try await sessions.endAll(of: holder.user, because: .reset), of: holder.user)
        guard !holder.hasSecondFactor else { return nil }
        // The owner of the mailbox need not wait for the wrong guesses of others.
        if let email = try? EmailAddress(existing: holder.email) {
            await throttle.clear(email, [.unknown, .address(client.source)])
        }
        return issuer.devices.make(for: holder.user, passwordHash: hash, device: nil, at: .now)
    }
}
