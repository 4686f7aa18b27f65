import Domain
package import Postgres
package import Redis

/// Requeues orphans: jobs that Redis knows but no list and no worker holds; see `orphans.lua`. Only the oldest jobs
/// that have been due for long are checked, so a busy queue costs nothing here.
package struct OrphanSearch: Sendable {
    private let outbox: Outbox
    private let redis: Redis
    private let seconds: Int

    /// - Parameter seconds: How long a job must have been due before it can be taken for an orphan.
    package init(database: Database, redis: Redis, dueForSeconds seconds: Int = 600) {
        outbox = Outbox(database)
        self.redis = redis
        self.seconds = seconds
    }

    /// - Returns: How many orphans were requeued.
    package func run() async throws -> Int {
        let oldest = try await outbox.page(from: 1_000_000_000, to: seconds, after: .start, limit: 200)
        var found = 0
        for (queue, ids) in oldest.ids { found += try await Self.find(ids, in: queue, redis) }
        return found
    }

    /// Checks jobs, a few at a time, so that Redis serves other clients in between.
    static func find(_ ids: [JobID], in queue: String, _ redis: Redis) async throws -> Int {
        var found = 0
        for start in stride(from: 0, to: ids.count, by: 100) {
            let some = ids[start..<min(start + 100, ids.count)]
            let result = try await redis.run(
                QueueScripts.orphans, of: QueueKeys(queue, in: redis), some.map { RedisArgument($0.description) })
            found += result.integer ?? 0
        }
        return found
    }
}

/// Removes the bodies of durable jobs that have no queued row in their queue. When Redis loses the end of its file, it
/// may know of a push and not of the end; and a migration may have moved a job to another queue. Each run checks the
/// next page of each queue.
///
/// `@unchecked Sendable`: loop-confined, one run at a time.
final class OrphanedBodies: @unchecked Sendable {
    private let outbox: Outbox
    private let redis: Redis
    private var cursors: [String: String] = [:]

    init(_ outbox: Outbox, _ redis: Redis) {
        self.outbox = outbox
        self.redis = redis
    }

    /// Checks the next page of a queue.
    func removeSome(of queue: String) async throws {
        let keys = QueueKeys(queue, in: redis)
        let page = try await redis.command([
            "HSCAN", RedisArgument(keys.jobs), RedisArgument(cursors[queue] ?? "0"), "COUNT", 100,
        ]).array
        cursors[queue] = page?.first?.text
        let fields = page?.last?.array ?? []
        let known = stride(from: 0, to: fields.count - 1, by: 2).compactMap { index -> JobID? in
            guard let id = fields[index].text.flatMap({ JobID($0) }), let json = fields[index + 1].bytes,
                let envelope = Envelope(json: json), !envelope.isEphemeral
            else { return nil }
            return id
        }
        // A body never exists before its row.
        let rows = known.isEmpty ? [:] : try await outbox.states(of: known)
        let orphaned = known.filter { id in rows[id].map { $0.state != "queued" || $0.queue != queue } ?? true }
        guard !orphaned.isEmpty else { return }
        _ = try await redis.run(QueueScripts.forget, of: keys, orphaned.map { RedisArgument($0.description) })
    }
}
