import Chassis
import Domain
package import Postgres
package import Redis

/// Puts back into Redis what PostgreSQL knows and Redis does not: after a push that never came, a flush, a crash of Redis.
/// Any number may run at once: a job's id is stored once.
///
/// Most runs look only at rows that came due lately; older ones were looked at then. All rows are looked at when Redis
/// has forgotten something, which a key of its own tells (the epoch), and now and then.
///
/// `@unchecked Sendable`: loop-confined, one run at a time.
package final class OutboxSweep: @unchecked Sendable {
    private let outbox: Outbox
    private let redis: Redis
    private let pusher: Pusher
    private let leftovers: OrphanedBodies
    private let queues: [String]
    private var epochs: [String: String] = [:]
    private var runID: String?
    private static let pageSize = 1_000
    /// When the last run, the last that looked some minutes back, and the last that looked at everything began; monotonic,
    /// in nanoseconds. Nil before the first.
    private var looked: UInt64?
    private var lookedBack: UInt64 = 0
    private var lookedAtAll: UInt64 = 0

    package init(database: Database, redis: Redis, queues: [String] = QueueName.allCases.map(\.rawValue)) {
        outbox = Outbox(database)
        pusher = Pusher(redis: redis)
        leftovers = OrphanedBodies(outbox, redis)
        self.redis = redis
        self.queues = queues
    }

    /// - Returns: How many jobs Redis did not know.
    @discardableResult
    package func run() async throws -> Int {
        let now = monotonicNanoseconds()
        let hasForgotten = try await lookAtEpochs()
        let mayHaveLostItsTail = redis.runID != runID
        try await restorePauses()
        var pushed = try await pusher.push(outbox.completeForgotten())
        // What came due while nobody could look is looked at now.
        let away = looked.map { Int((now - $0) / 1_000_000_000) } ?? 0
        if hasForgotten || now - lookedAtAll > Self.minute * 10 {
            pushed += try await sweep(from: 1_000_000_000, to: hasForgotten ? -1_000_000_000 : 2)
            lookedAtAll = now
        }
        if mayHaveLostItsTail || now - lookedBack > Self.minute {
            pushed += try await sweep(from: away + 180, to: -60, alsoStrays: mayHaveLostItsTail)
            lookedBack = now
        } else {
            pushed += try await sweep(from: away + 20, to: 2)
        }
        for queue in queues { try await leftovers.look(in: queue) }
        // Only now: what failed half-way is begun again.
        looked = now
        runID = redis.runID
        if hasForgotten { epochs = seen }
        return pushed
    }

    private static let minute: UInt64 = 60_000_000_000
    private var seen: [String: String] = [:]

    /// Whether any queue's epoch is another than at the last run, or there was no last run.
    private func lookAtEpochs() async throws -> Bool {
        let new = "\(UInt64.random(in: 0 ... .max))"
        seen = [:]
        for queue in queues {
            let key = RedisArgument(QueueKeys(queue, in: redis).epoch)
            redis.send(["SET", key, RedisArgument(new), "NX"])
            seen[queue] = try await redis.command(["GET", key]).text
        }
        return seen != epochs
    }

    /// Redis may have forgotten that a queue is paused, or have been away when it was resumed.
    private func restorePauses() async throws {
        let paused = try await outbox.pausedQueues()
        for queue in queues {
            let key = RedisArgument(QueueKeys(queue, in: redis).paused)
            redis.send(paused.contains(queue) ? ["SET", key, "1"] : ["DEL", key])
        }
    }

    /// - Parameter alsoStrays: Redis loads the half of a script that was not written to its end, and then knows of jobs
    ///   that are nowhere.
    private func sweep(from: Int, to: Int, alsoStrays: Bool = false) async throws -> Int {
        var pushed = 0
        var position: Outbox.Position? = .start
        while let start = position {
            let page = try await outbox.page(from: from, to: to, after: start, limit: Self.pageSize)
            for (queue, ids) in page.ids {
                pushed += try await restore(ids, in: queue)
                if alsoStrays { pushed += try await OrphanSearch.find(ids, in: queue, redis) }
            }
            position = page.next
        }
        return pushed
    }

    private func restore(_ ids: [JobID], in queue: String) async throws -> Int {
        let result = try await redis.run(
            QueueScripts.unknown, of: QueueKeys(queue, in: redis), ids.map { RedisArgument($0.description) })
        let unknown = (result.array ?? []).compactMap(\.integer).filter(ids.indices.contains).map { ids[$0] }
        guard !unknown.isEmpty else { return 0 }
        return try await pusher.push(outbox.rows(unknown))
    }
}
