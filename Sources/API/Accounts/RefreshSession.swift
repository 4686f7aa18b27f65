import Chassis
import Social
import Storage

/// Exchanges a refresh token for a new pair. A token that was exchanged before ends the whole session: either its
/// owner or a thief has the other copy, and nobody can tell which.
struct RefreshSession: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let ended: EndedSessions

    func callAsFunction(_ token: String) async throws -> (account: Account, tokens: IssuedTokens) {
        let now = Timestamp.now
        let holder = try issuer.readRefresh(token, at: now)
        let tokens = issuer.issue(for: holder.user, in: holder.session, at: now)
        let rotation = try await sessions.rotate(
            holder.session, presented: TokenIssuer.hash(token), next: TokenIssuer.hash(tokens.refresh),
            expiresAt: TokenIssuer.refreshEnd(from: now))
        switch rotation {
        case .rotated(let account): return (account, tokens)
        case .reused:
            ended.insert([holder.session])
            throw AccountRefusal.refreshTokenRefused
        case .refused: throw AccountRefusal.refreshTokenRefused
        }
    }
}
