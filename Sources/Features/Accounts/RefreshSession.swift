import Chassis
package import Domain
import Storage

/// Exchanges a refresh token for a new pair.
///
/// A token that was exchanged before revokes the whole session: either its owner or a thief holds the other copy. An
/// exception is made for two requests at the same moment, as from two windows of one browser: one is served and the
/// other refused. To tell the cases apart, a response with new tokens is delayed for longer than that moment
/// (``SessionStore/simultaneousRefresh``); a client asks for it four times an hour.
package struct RefreshSession: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let revoke: RevokeSessions
    let loop: EventLoop

    /// - Throws: `refresh_token_invalid`.
    package func callAsFunction(
        _ token: String
    ) async throws(DomainError) -> (account: Account, tokens: IssuedTokens) {
        let now = Timestamp.now
        let holder = try issuer.readRefresh(token, at: now)
        let tokens = issuer.issue(for: holder.user, in: holder.session, at: now)
        let rotation = try await domainErrors {
            try await sessions.rotate(
                holder.session, presented: TokenIssuer.hash(token), next: TokenIssuer.hash(tokens.refresh),
                expiresAt: TokenIssuer.refreshExpiry(from: now))
        }
        switch rotation {
        case .rotated(let account):
            try? await loop.sleep(for: SessionStore.simultaneousRefresh + .milliseconds(20))
            return (account, tokens)
        case .reused:
            await revoke([holder.session], of: holder.user)
            throw .refreshTokenInvalid
        case .refused: throw .refreshTokenInvalid
        }
    }
}
