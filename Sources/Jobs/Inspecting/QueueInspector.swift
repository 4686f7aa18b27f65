import Domain
package import Postgres
package import Redis

/// Looks at the queues and works on what is in them, for operators: what PostgreSQL knows of jobs together with what Redis
/// knows. Loop-confined, like its connections.
///
/// Whatever changes a job changes its row first, then tells Redis: when that fails, the row decides, and the same call
/// again does the rest.
package struct QueueInspector: Sendable {
    let outbox: Outbox
    let redis: Redis
    /// How many rows one statement changes, and how many ids one script is given.
    static let step = 1_000

    package init(database: Database, redis: Redis) {
        outbox = Outbox(database)
        self.redis = redis
    }

    func keys(_ queue: QueueName) -> QueueKeys { QueueKeys(queue.rawValue, in: redis) }

    /// Makes the jobs ready that waited for batches of which members have ended.
    func complete(_ batches: Set<JobID>) async throws {
        guard !batches.isEmpty else { return }
        await push(try await outbox.complete(batches))
    }

    /// When Redis does not answer, the sweep does the same from the rows.
    func push(_ jobs: [WaitingJob]) async {
        _ = try? await Pusher(redis: redis).push(jobs)
    }
}
