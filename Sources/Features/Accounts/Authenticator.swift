import Chassis
import Crypto
package import Domain

/// Verifies access tokens. No store is read: the token is signed, and sessions that were revoked are kept in memory.
package struct Authenticator: Sendable {
    let tokens: TokenSigner
    let revoked: RevokedSessions

    /// Returns the user and session of an access token.
    /// - Throws: `token_invalid`.
    package func principal(accessToken token: String) throws(DomainError) -> Principal {
        guard let claims = try? tokens.verify(token, type: .access, now: Timestamp.now.unixSeconds),
            let user = UserID(claims.subject), let session = SessionID(claims.sessionID), !revoked.contains(session)
        else { throw .tokenInvalid }
        return Principal(user: user, session: session)
    }
}
