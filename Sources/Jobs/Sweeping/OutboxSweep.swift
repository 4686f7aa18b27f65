package import Postgres
package import Redis
import Social

/// Puts back into Redis what PostgreSQL knows and Redis does not: after a push that never came, a flush, a crash of Redis.
/// Any number may run at once: a job's id is stored once.
package struct OutboxSweep: Sendable {
    private let outbox: Outbox
    private let redis: Redis
    private static let page = 500

    package init(database: Database, redis: Redis) {
        outbox = Outbox(database)
        self.redis = redis
    }

    /// Goes through every row that is due for two seconds or more.
    /// - Returns: How many jobs Redis did not know.
    package func run() async throws -> Int {
        var pushed = 0
        var last: JobID?
        while true {
            let page = try await outbox.due(forSeconds: 2, after: last, limit: Self.page)
            for (queue, waiting) in Dictionary(grouping: page, by: \.job.queue) {
                pushed += try await push(waiting, to: queue)
            }
            guard page.count == Self.page else { return pushed }
            last = page.last?.job.id
        }
    }

    /// One command asks for all of them; known ones need nothing more.
    private func push(_ waiting: [Outbox.Waiting], to queue: String) async throws -> Int {
        let keys = QueueKeys(queue, in: redis)
        let known = try await redis.command(
            ["HMGET", RedisArgument(keys.jobs)] + waiting.map { RedisArgument($0.job.id.description) })
        let missing = zip(waiting, known.array ?? []).filter { $1.isNull }.map { $0.0 }
        guard !missing.isEmpty else { return 0 }
        let pushed = try await redis.run(
            QueueScripts.push, keys: [keys.jobs, keys.ready, keys.delayed].map { RedisArgument($0) },
            arguments: missing.flatMap { row -> [RedisArgument] in
                let envelope = Envelope(
                    id: row.job.id, kind: row.job.kind, attempt: row.attempt, trace: row.job.trace,
                    args: row.job.payload)
                return [RedisArgument(row.job.id.description), RedisArgument(envelope.json), "0"]
            })
        return pushed.integer ?? 0
    }
}
