import Chassis
import Domain
import Jobs
import Storage

/// Keeps the promise of ``ExpirePresence``, a batch at a time, until nobody's time is over. First PostgreSQL learns when
/// people were seen last, then Redis forgets the sessions: whoever dies between the two is followed by one who does both
/// again, to the same end. Who has done nothing for long is away from now on.
struct ExpirePresenceHandler: Sendable {
    let presence: PresenceStore
    let lastSeen: LastSeen

    @Sendable func run(_ job: ExpirePresence, _ context: JobContext) async throws -> Completion {
        let limit = 1_000
        while try await presence.turnAway(limit: limit) == limit { try Task.checkCancellation() }
        var ended = 0
        var isMore = true
        while isMore {
            try Task.checkCancellation()
            let expired = try await presence.expired(limit: limit)
            ended += try await end(expired)
            isMore = expired.count == limit
        }
        if ended > 0 { context.log.info("presence ended", ["sessions": .number(ended)]) }
        return .finished
    }

    /// In parts, so that Redis is at one while PostgreSQL is at the next.
    private func end(_ sessions: [ExpiredSession]) async throws -> Int {
        let size = 250
        return try await withThrowingTaskGroup { group in
            for start in stride(from: 0, to: sessions.count, by: size) {
                let part = Array(sessions[start..<min(start + size, sessions.count)])
                group.addTask {
                    try await lastSeen.write(Self.signs(of: part))
                    return try await presence.remove(part).count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func signs(of sessions: [ExpiredSession]) -> [UserID: Timestamp] {
        sessions.reduce(into: [:]) { signs, expired in
            guard let user = expired.session?.user else { return }
            signs[user] = max(signs[user] ?? expired.lastSign, expired.lastSign)
        }
    }
}
