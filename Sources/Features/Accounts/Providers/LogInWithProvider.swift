import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Opens a session for whoever an OpenID provider vouches for (S3-5). Somebody new gets an account; somebody whose
/// address is known gets theirs, if the provider has seen that the address is theirs.
struct LogInWithProvider: Sendable {
    let providers: Providers
    let identities: ProviderIdentities
    let accounts: AccountStore
    let issuer: TokenIssuer
    let ended: RevokedSessions
    let producer: Producer

    /// A nonce to begin with: good for ten minutes, and one login.
    func begin(_ name: String) throws -> String {
        providers.nonces.make(for: try providers.named(name).provider, now: Timestamp.now.unixSeconds)
    }

    /// - Throws: ``AccountRefusal``.
    func callAsFunction(
        _ name: String, idToken: String, client: Client
    ) async throws -> (user: UserID, tokens: IssuedTokens) {
        let (claims, proof) = try await verify(name, idToken)
        do {
            // Whoever finds that somebody was faster looks again: it may have been themselves, on another device.
            for _ in 0..<3 {
                if let user = try await account(of: claims) {
                    return (user, try await open(user, proof, claims.email, client))
                }
                if let made = try await register(claims, proof, client) { return made }
            }
            throw Refusal.busy(retryAfterSeconds: 1)
        } catch is ProviderIdentities.NonceUsed {
            throw AccountRefusal.identityRefused("The id token was used before")
        }
    }

    private func verify(
        _ name: String, _ idToken: String
    ) async throws -> (IdentityClaims, ProviderIdentities.Proof) {
        let (provider, keys) = try providers.named(name)
        let now = Timestamp.now.unixSeconds
        guard let token = try? IdentityToken(idToken) else {
            throw AccountRefusal.identityRefused("The id token is not one")
        }
        let candidates: [PublicKey]
        do {
            candidates = try await keys.candidates(token.keyName)
        } catch is ProviderKeys.Unavailable {
            throw Refusal.unavailable
        }
        let claims: IdentityClaims
        do {
            claims = try token.claims(
                verifiedBy: candidates, issuer: provider.issuer, audience: provider.clientID, now: now)
        } catch {
            throw AccountRefusal.identityRefused("The id token is not valid here: \(error)")
        }
        guard let nonce = claims.nonce, let end = providers.nonces.end(of: nonce, for: provider, now: now) else {
            throw AccountRefusal.identityRefused("The id token has no nonce of ours, or an old one")
        }
        let proof = ProviderIdentities.Proof(
            issuer: claims.issuer, subject: claims.subject, nonce: nonce, nonceEnd: Timestamp(unixSeconds: end))
        return (claims, proof)
    }

    /// Nil when there is nobody yet.
    private func account(of claims: IdentityClaims) async throws -> UserID? {
        if let user = try await identities.account(issuer: claims.issuer, subject: claims.subject) { return user }
        let email = try Self.email(of: claims)
        return try await accounts.credentials(email: email)?.account.id
    }

    private static func email(of claims: IdentityClaims) throws -> EmailAddress {
        guard claims.isEmailVerified, let text = claims.email, let email = try? EmailAddress(text) else {
            throw AccountRefusal.identityRefused("The provider does not say that an e-mail address is yours")
        }
        return email
    }

    private func open(
        _ user: UserID, _ proof: ProviderIdentities.Proof, _ email: String?, _ client: Client
    ) async throws -> IssuedTokens {
        let (session, tokens) = issuer.open(for: user, client: client, at: .now)
        let notice = try producer.outboxJob(SendSignInNotice(account: user, session: session.id), trace: client.trace)
        guard let opened = try await identities.open(session, for: user, proof, email: email, enqueuing: notice) else {
            throw AccountRefusal.deactivated
        }
        if opened.isEnqueued { producer.push(notice) }
        ended.insert(opened.ended)
        return tokens
    }

    /// Nil when there is an account by now.
    private func register(
        _ claims: IdentityClaims, _ proof: ProviderIdentities.Proof, _ client: Client
    ) async throws -> (user: UserID, tokens: IssuedTokens)? {
        let email = try Self.email(of: claims)
        var username = ProviderUsername(claims.preferredUsername, email)
        while let name = username.next() {
            let now = Timestamp.now
            let new = NewAccount(
                id: UserID(unixMilliseconds: now.unixMilliseconds), email: email.description,
                username: name.description, passwordHash: nil, persona: .listener, language: client.language,
                isVerified: true)
            let (session, tokens) = issuer.open(for: new.id, client: client, at: now)
            let welcome = try producer.outboxJob(
                SendWelcome(email: new.email, name: new.username, language: client.language), trace: client.trace)
            do {
                try await identities.register(new, session: session, proof, enqueuing: welcome)
            } catch AccountStore.Conflict.usernameTaken {
                continue
            } catch is AccountStore.Conflict {
                return nil
            }
            producer.push(welcome)
            return (new.id, tokens)
        }
        throw AccountRefusal.usernameTaken
    }
}
