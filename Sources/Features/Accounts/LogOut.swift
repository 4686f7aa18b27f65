import Chassis
package import Domain
import Jobs
import Storage

/// Ends the session of a refresh token and its presence. The token alone is enough; ending an ended session succeeds.
package struct LogOut: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let revoke: RevokeSessions
    let presence: UpdatePresence

    /// - Throws: `refresh_token_invalid`.
    package func callAsFunction(_ token: String) async throws(DomainError) {
        let holder = try issuer.readRefresh(token, at: .now)
        _ = try await domainErrors { try await sessions.end(holder.session) }
        // If this fails, the last event of the session is when the user was last seen.
        _ = try? await presence.offline(PresenceSession(holder))
        await revoke([holder.session], of: holder.user)
    }
}
