import Chassis
import Domain
import Jobs
import Redis
import Storage

/// What people say of themselves: that they are there, what they play, that they are away or leave. Each login is a
/// device.
struct OwnPresence: Sendable {
    /// The store cannot be reached.
    struct Failed: Error {}

    let store: PresenceStore
    let lastSeen: LastSeen
    let times: PresenceTimes

    func online(playing game: GameTitle?, by principal: Principal) async throws -> Presence {
        try await hear(.online(game: game?.text), for: times.idle, principal)
    }

    func away(by principal: Principal) async throws -> Presence {
        try await hear(.away, for: times.idle, principal)
    }

    func heartbeat(by principal: Principal) async throws -> Presence {
        try await hear(.heartbeat, for: times.patience, principal)
    }

    /// What PostgreSQL keeps is written first: whoever dies in between is followed by the deadline.
    func offline(_ session: PresenceSession) async throws -> Presence {
        let now = Timestamp.now
        try await lastSeen.write([session.user: now])
        do {
            let presence = try await store.end(session)
            return presence.status == .offline ? Presence(status: .offline, lastSeen: now) : presence
        } catch {
            throw Failed()
        }
    }

    func offline(by principal: Principal) async throws -> Presence {
        try await offline(Self.session(principal))
    }

    private func hear(
        _ sign: PresenceStore.Sign, for time: Duration, _ principal: Principal
    ) async throws(Failed) -> Presence {
        do {
            let presence = try await store.hear(sign, of: Self.session(principal), for: time, awayAfter: times.idle)
            return presence ?? Presence(status: .offline)
        } catch {
            throw Failed()
        }
    }

    static func session(_ principal: Principal) -> PresenceSession {
        PresenceSession(user: principal.user, device: principal.session.description)
    }
}
