import Chassis
package import Domain
import Jobs
import Redis
import Storage

/// Sets the caller's presence: online with a game, away, offline, or a heartbeat. Each login session is a device.
package struct UpdatePresence: Sendable {
    let store: PresenceStore
    let lastSeen: LastSeen
    let times: PresenceTimes

    /// The interval at which clients send heartbeats.
    package var heartbeatInterval: Duration { times.heartbeat }

    /// - Throws: `presence_update_failed`, as do all of these.
    package func online(playing game: GameTitle?, by caller: Caller) async throws(DomainError) -> UserPresence {
        try await record(.online(game: game?.text), for: times.idle, caller)
    }

    package func away(by caller: Caller) async throws(DomainError) -> UserPresence {
        try await record(.away, for: times.idle, caller)
    }

    package func heartbeat(by caller: Caller) async throws(DomainError) -> UserPresence {
        try await record(.heartbeat, for: times.timeout, caller)
    }

    package func offline(by caller: Caller) async throws(DomainError) -> UserPresence {
        try await offline(PresenceSession(caller.principal))
    }

    /// PostgreSQL is written first: if the process dies in between, the session's deadline does the rest.
    func offline(_ session: PresenceSession) async throws(DomainError) -> UserPresence {
        let now = try await domainErrors { try await lastSeen.writeNow(session.user) }
        do {
            let presence = try await store.end(session)
            return presence.status == .offline
                ? UserPresence(status: .offline, lastSeen: now) : UserPresence(presence)
        } catch {
            throw .presenceUpdateFailed(error)
        }
    }

    private func record(
        _ event: PresenceStore.Event, for time: Duration, _ caller: Caller
    ) async throws(DomainError) -> UserPresence {
        do {
            let presence = try await store.record(
                event, of: PresenceSession(caller.principal), for: time, awayAfter: times.idle)
            return presence.map { UserPresence($0) } ?? UserPresence(status: .offline)
        } catch {
            throw .presenceUpdateFailed(error)
        }
    }
}

extension PresenceSession {
    init(_ principal: Principal) {
        self.init(user: principal.user, device: principal.session.description)
    }
}

extension DomainError {
    fileprivate static func presenceUpdateFailed(_ error: RedisError) -> DomainError {
        DomainError(
            .presenceUpdateFailed, .unavailable, "The service is temporarily unavailable, try again later",
            retryAfterSeconds: 2, cause: "\(error)")
    }

    /// A client names a status that does not exist.
    package static let invalidStatus = DomainError(
        .invalidStatus, .invalid, "status must be online, away or offline")
}
