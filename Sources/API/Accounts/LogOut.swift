import Chassis
import Social
import Storage

/// Ends the session of a refresh token. The token alone is enough, and an ended session is ended: asking twice is fine.
struct LogOut: Sendable {
    let sessions: SessionStore
    let issuer: TokenIssuer
    let ended: EndedSessions

    func callAsFunction(_ token: String) async throws {
        let holder = try issuer.readRefresh(token, at: .now)
        _ = try await sessions.end(holder.session)
        ended.insert([holder.session])
    }
}
