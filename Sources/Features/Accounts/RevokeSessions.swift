import Domain
import Jobs
import Storage

/// Ends what depends on login sessions that a statement has ended: their access tokens, and their presence. Every use
/// case that ends sessions calls it, whatever the reason.
struct RevokeSessions: Sendable {
    let revoked: RevokedSessions
    let presence: PresenceStore
    let lastSeen: LastSeen

    /// Never fails: other processes read the ended sessions from PostgreSQL, and the presence workers repeat what Redis
    /// did not receive.
    func callAsFunction(_ sessions: [SessionID], of user: UserID) async {
        guard !sessions.isEmpty else { return }
        revoked.insert(sessions)
        try? await presence.revoke(sessions.map { PresenceSession(Principal(user: user, session: $0)) }) {
            try await lastSeen.write($0)
        }
    }
}
