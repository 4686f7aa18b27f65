import Chassis
import Crypto
package import Domain

/// Verifies access tokens. No store is read: the token is signed, and sessions that were revoked are kept in memory.
package struct Authenticator: Sendable {
    let tokens: TokenSigner
    let revoked: RevokedSessions
    private let verified = VerifiedTokens()

    init(tokens: TokenSigner, revoked: RevokedSessions) {
        self.tokens = tokens
        self.revoked = revoked
    }

    /// Returns the user and session of an access token.
    /// - Throws: `token_invalid`.
    package func principal(accessToken token: String) throws(DomainError) -> Principal {
        let now = Timestamp.now.unixSeconds
        let known = verified.principal(of: token, now: now)
        let principal = if let known { known } else { try verify(token, now: now) }
        if revoked.contains(principal.session) { throw .tokenInvalid }
        return principal
    }

    private func verify(_ token: String, now: Int) throws(DomainError) -> Principal {
        guard let claims = try? tokens.verify(token, type: .access, now: now), let user = UserID(claims.subject),
            let session = SessionID(claims.sessionID)
        else { throw .tokenInvalid }
        let principal = Principal(user: user, session: session)
        verified.insert(token, principal, expiresAt: claims.expiresAt)
        return principal
    }
}
