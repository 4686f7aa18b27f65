import Chassis
import Domain
import Storage

/// Exchanges a refresh token for a new pair. A token that was exchanged before ends the whole session: either its
/// owner or a thief has the other copy, and nobody can tell which. Unless both came at once, as from two windows of one
/// browser: then one is served and the other refused. So that this can be told apart, an answer with new tokens is held
/// back for longer than "at once" lasts; it is asked for four times an hour.
struct RefreshSession: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let ended: RevokedSessions
    let loop: EventLoop

    func callAsFunction(_ token: String) async throws -> (account: Account, tokens: IssuedTokens) {
        let now = Timestamp.now
        let holder = try issuer.readRefresh(token, at: now)
        let tokens = issuer.issue(for: holder.user, in: holder.session, at: now)
        let rotation = try await sessions.rotate(
            holder.session, presented: TokenIssuer.hash(token), next: TokenIssuer.hash(tokens.refresh),
            expiresAt: TokenIssuer.refreshEnd(from: now))
        switch rotation {
        case .rotated(let account):
            try? await loop.sleep(for: SessionStore.atOnce + .milliseconds(20))
            return (account, tokens)
        case .reused:
            ended.insert([holder.session])
            throw AccountRefusal.refreshTokenRefused
        case .refused: throw AccountRefusal.refreshTokenRefused
        }
    }
}
