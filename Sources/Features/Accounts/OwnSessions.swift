import Domain
import Storage

/// A person's sessions: where they are logged in, and how to end that.
struct OwnSessions: Sendable {
    let sessions: SessionStore
    let ended: RevokedSessions

    func list(of principal: Principal) async throws -> [OpenSession] {
        try await sessions.open(of: principal.user)
    }

    /// - Throws: ``AccountRefusal/sessionUnknown``, also for somebody else's.
    func end(_ session: SessionID, by principal: Principal) async throws {
        guard try await sessions.end(session, of: principal.user) else { throw AccountRefusal.sessionUnknown }
        ended.insert([session])
    }

    /// Ends all but the one that asks.
    /// - Returns: How many there were.
    func endOthers(by principal: Principal) async throws -> Int {
        let others = try await sessions.endAll(of: principal.user, keeping: principal.session, because: .ended)
        ended.insert(others)
        return others.count
    }
}
