import Chassis
import Domain
import Jobs
import Storage

/// Ends the session of a refresh token, and with it what others see of that device. The token alone is enough, and an
/// ended session is ended: asking twice is fine.
struct LogOut: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let ended: RevokedSessions
    let presence: OwnPresence

    func callAsFunction(_ token: String) async throws {
        let holder = try issuer.readRefresh(token, at: .now)
        _ = try await sessions.end(holder.session)
        ended.insert([holder.session])
        // Where this fails, the deadline does it.
        _ = try? await presence.offline(PresenceSession(user: holder.user, device: holder.session.description))
    }
}
