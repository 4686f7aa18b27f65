import Domain
package import Postgres
package import Redis

/// Makes jobs ready again that Redis knows and nobody holds; see `stray.lua`. Only the oldest that wait for long are
/// looked at, so a busy queue costs nothing here.
package struct OrphanSearch: Sendable {
    private let outbox: Outbox
    private let redis: Redis
    private let seconds: Int

    /// - Parameter seconds: How long a job must be due before it can be taken for a stray.
    package init(database: Database, redis: Redis, dueForSeconds seconds: Int = 600) {
        outbox = Outbox(database)
        self.redis = redis
        self.seconds = seconds
    }

    /// - Returns: How many were found.
    package func run() async throws -> Int {
        let oldest = try await outbox.page(from: 1_000_000_000, to: seconds, after: .start, limit: 200)
        var found = 0
        for (queue, ids) in oldest.ids { found += try await Self.find(ids, in: queue, redis) }
        return found
    }

    /// A few at a time, so that others are served in between.
    static func find(_ ids: [JobID], in queue: String, _ redis: Redis) async throws -> Int {
        var found = 0
        for start in stride(from: 0, to: ids.count, by: 100) {
            let some = ids[start..<min(start + 100, ids.count)]
            let result = try await redis.run(
                QueueScripts.stray, of: QueueKeys(queue, in: redis), some.map { RedisArgument($0.description) })
            found += result.integer ?? 0
        }
        return found
    }
}
