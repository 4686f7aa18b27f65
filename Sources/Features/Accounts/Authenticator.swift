import Chassis
import Crypto
import Domain
import HTTP

/// Says who a request comes from. No store is asked: the token is signed, and sessions that ended are known.
struct Authenticator: Sendable {
    let tokens: TokenSigner
    let ended: RevokedSessions

    /// - Throws: ``AccountRefusal/tokenMissing``, ``AccountRefusal/tokenRefused``.
    func principal(of request: Request) throws -> Principal {
        guard let header = request.head.header("authorization"), header.lowercased().hasPrefix("bearer ") else {
            throw AccountRefusal.tokenMissing
        }
        let token = header.dropFirst("bearer ".count).drop { $0 == " " }
        guard let claims = try? tokens.verify(String(token), type: .access, now: Timestamp.now.unixSeconds),
            let user = UserID(claims.subject), let session = SessionID(claims.sessionID), !ended.contains(session)
        else { throw AccountRefusal.tokenRefused }
        return Principal(user: user, session: session)
    }
}
