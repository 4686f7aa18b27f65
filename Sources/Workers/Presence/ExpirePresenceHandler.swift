import Chassis
import Domain
import Jobs
import Storage

/// Handles ``ExpirePresence`` in batches until no expired session is left. Writes `last_seen` to PostgreSQL before it
/// removes the sessions from Redis: a run after a crash between the two does both again, with the same result. Marks
/// users without recent activity as away. Ends the presence of logins that have ended, whose process may have died, or
/// not reached Redis, before it did so.
struct ExpirePresenceHandler: Sendable {
    let presence: PresenceStore
    let lastSeen: LastSeen
    let sessions: SessionStore
    /// How far to look back for ended logins, in seconds: the outages of Redis that are covered. After a longer one the
    /// deadlines of their presence have passed.
    private static let lookBack = 300

    @Sendable func run(_ job: ExpirePresence, _ context: JobContext) async throws -> Completion {
        try await presence.revoke(
            try await sessions.recentlyEnded(seconds: Self.lookBack).map {
                PresenceSession(user: $0.user, device: $0.session.description)
            }
        ) { try await lastSeen.write($0) }
        let limit = 1_000
        while try await presence.markAway(limit: limit) == limit { try Task.checkCancellation() }
        var count = 0
        var isMore = true
        while isMore {
            try Task.checkCancellation()
            let expired = try await presence.expired(limit: limit)
            count += try await expire(expired)
            isMore = expired.count == limit
        }
        if count > 0 { context.log.info("presence sessions expired", ["sessions": .number(count)]) }
        return .finished
    }

    /// Works in parts, so that Redis and PostgreSQL work at the same time on different ones.
    private func expire(_ sessions: [ExpiredSession]) async throws -> Int {
        let size = 250
        return try await withThrowingTaskGroup { group in
            for start in stride(from: 0, to: sessions.count, by: size) {
                let part = Array(sessions[start..<min(start + size, sessions.count)])
                group.addTask {
                    try await lastSeen.write(Self.heartbeats(of: part))
                    return try await presence.remove(part).count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func heartbeats(of sessions: [ExpiredSession]) -> [UserID: Timestamp] {
        sessions.reduce(into: [:]) { heartbeats, expired in
            guard let user = expired.session?.user else { return }
            heartbeats[user] = max(heartbeats[user] ?? expired.lastHeartbeat, expired.lastHeartbeat)
        }
    }
}
