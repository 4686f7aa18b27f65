import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// Opens a session for a user whom an OpenID provider identifies (S3-5). An unknown user gets an account. A user whose
/// e-mail address is known gets the existing account if the provider has verified the address.
package struct LogInWithProvider: Sendable {
    package let providers: Providers
    let identities: ProviderIdentities
    let accounts: AccountStore
    let issuer: TokenIssuer
    let throttle: LoginThrottle
    let codes: TwoFactorCodes
    let revoke: RevokeSessions
    let producer: Producer

    /// The lifetime of a nonce, in seconds.
    package static let nonceSeconds = ProviderNonce.seconds

    /// Returns a nonce for the client's request to the provider: valid for ten minutes and one login.
    /// - Throws: `provider_not_found`.
    package func begin(_ name: String) throws(DomainError) -> String {
        providers.nonces.make(for: try providers.named(name).provider, now: Timestamp.now.unixSeconds)
    }

    /// - Parameter code: A one-time password or a recovery code; ignored if the account needs none. A token that was
    ///   refused for the want of it can be sent again with one.
    /// - Throws: `provider_not_found`, `identity_token_invalid`, `account_deactivated`, `two_factor_required`,
    ///   `two_factor_invalid`, `rate_limited` after many wrong codes, `unavailable`.
    package func callAsFunction(
        _ name: String, idToken: String, code: String? = nil, client: any Client
    ) async throws(DomainError) -> (user: UserID, tokens: IssuedTokens) {
        try await domainErrors {
            let (claims, proof) = try await verify(name, idToken)
            do {
                // A conflict means that an account was created concurrently, maybe for this user on another device.
                for _ in 0..<3 {
                    if let user = try await account(of: claims) {
                        return (user, try await open(user, proof, email(in: claims), code, client))
                    }
                    if let made = try await register(claims, proof, client) { return made }
                }
                throw DomainError.overloaded(retryAfterSeconds: 1)
            } catch is ProviderIdentities.NonceUsed {
                throw DomainError.identityTokenInvalid("The id token was used before")
            }
        }
    }

    private func verify(
        _ name: String, _ idToken: String
    ) async throws -> (IdentityClaims, ProviderIdentities.Proof) {
        let (provider, keys) = try providers.named(name)
        let now = Timestamp.now.unixSeconds
        guard let token = try? IdentityToken(idToken) else {
            throw DomainError.identityTokenInvalid("The id token is not one")
        }
        let candidates: [PublicKey]
        do {
            candidates = try await keys.candidates(token.keyName)
        } catch let error as ProviderKeys.Unavailable {
            throw DomainError.unavailable(cause: "\(error)")
        }
        let claims: IdentityClaims
        do {
            claims = try token.claims(
                verifiedBy: candidates, issuer: provider.issuer, audience: provider.clientID, now: now)
        } catch {
            throw DomainError.identityTokenInvalid("The id token is not valid here: \(error)")
        }
        guard let nonce = claims.nonce, let expiry = providers.nonces.expiry(of: nonce, for: provider, now: now) else {
            throw DomainError.identityTokenInvalid("The id token has no nonce of ours, or an old one")
        }
        let proof = ProviderIdentities.Proof(
            issuer: claims.issuer, subject: claims.subject, nonce: nonce, nonceEnd: Timestamp(unixSeconds: expiry))
        return (claims, proof)
    }

    /// Returns nil if the user has no account yet.
    private func account(of claims: IdentityClaims) async throws -> UserID? {
        if let user = try await identities.account(issuer: claims.issuer, subject: claims.subject) { return user }
        let email = try Self.email(of: claims)
        return try await accounts.credentials(email: email)?.account.id
    }

    private static func email(of claims: IdentityClaims) throws(DomainError) -> EmailAddress {
        guard claims.isEmailVerified, let text = claims.email, let email = try? EmailAddress(existing: text) else {
            throw .identityTokenInvalid("The provider does not say that an e-mail address is yours")
        }
        return email
    }

    /// Returns the address that is stored beside the identity; nil for a text that is none.
    private func email(in claims: IdentityClaims) -> String? {
        claims.email.flatMap { try? EmailAddress(existing: $0) }?.description
    }

    private func open(
        _ user: UserID, _ proof: ProviderIdentities.Proof, _ email: String?, _ code: String?, _ client: any Client
    ) async throws -> IssuedTokens {
        guard let found = try await accounts.credentials(of: user) else { throw DomainError.accountDeactivated }
        guard found.isActive else { throw DomainError(inactive: found) }
        guard found.secondFactor != nil, code?.isEmpty == false else {
            _ = try codes.secondFactor(code, of: found)
            return try await open(user, proof, email, factor: nil, client)
        }
        // By the address, which tells whether the source is known.
        let address = try EmailAddress(existing: found.account.email)
        let known = try await accounts.credentials(email: address, from: client.source) ?? found
        let attempt = try await throttle.begin(address, from: LoginSource(of: client, known, issuer.devices))
        do {
            let factor = try codes.secondFactor(code, of: known)
            let tokens = try await open(user, proof, email, factor: factor, client)
            await throttle.succeed(attempt)
            return tokens
        } catch let error as DomainError where error.code == .twoFactorInvalid {
            throw error
        } catch {
            await throttle.cancel(attempt)
            throw error
        }
    }

    private func open(
        _ user: UserID, _ proof: ProviderIdentities.Proof, _ email: String?, factor: SecondFactor?,
        _ client: any Client
    ) async throws -> IssuedTokens {
        var (session, tokens) = issuer.open(for: user, client: client, at: .now)
        let notice = try producer.outboxJob(SendSignInNotice(account: user, session: session.id), trace: client.trace)
        let result: (ended: [SessionID], isEnqueued: Bool, passwordHash: String?)?
        do {
            result = try await identities.open(
                session, for: user, proof, email: email, secondFactor: factor, enqueuing: notice)
        } catch is SecondFactorRefused {
            throw factor == nil ? DomainError.twoFactorRequired : DomainError.twoFactorInvalid
        }
        guard let opened = result else {
            throw try await accounts.credentials(of: user).map { DomainError(inactive: $0) } ?? .accountDeactivated
        }
        if opened.isEnqueued { producer.push(notice) }
        await revoke(opened.ended, of: user)
        let hash = opened.passwordHash
        tokens.device = issuer.devices.make(
            for: user, passwordHash: hash,
            device: issuer.devices.device(of: client, user: user, passwordHash: hash, at: .now), at: .now)
        return tokens
    }

    /// Returns nil if an account with the address was created concurrently.
    private func register(
        _ claims: IdentityClaims, _ proof: ProviderIdentities.Proof, _ client: any Client
    ) async throws -> (user: UserID, tokens: IssuedTokens)? {
        guard let email = try? EmailAddress(try Self.email(of: claims).description) else {
            throw DomainError.identityTokenInvalid("An account cannot have the e-mail address of the id token")
        }
        let language = client.language
        var candidates = ProviderUsername(claims.preferredUsername, email)
        while let username = candidates.next() {
            let now = Timestamp.now
            let new = NewAccount(
                id: UserID(unixMilliseconds: now.unixMilliseconds), email: email.description,
                username: username.description, passwordHash: nil, persona: .listener, language: language,
                isVerified: true)
            var (session, tokens) = issuer.open(for: new.id, client: client, at: now)
            tokens.device = issuer.devices.make(for: new.id, passwordHash: nil, device: nil, at: now)
            let welcome = try producer.outboxJob(
                SendWelcome(email: new.email, name: new.username, language: language), trace: client.trace)
            do {
                try await identities.register(new, session: session, proof, enqueuing: welcome)
            } catch AccountStore.Conflict.usernameTaken {
                continue
            } catch is AccountStore.Conflict {
                return nil
            }
            producer.push(welcome)
            producer.wakePublishers()
            return (new.id, tokens)
        }
        throw DomainError.usernameTaken
    }
}
