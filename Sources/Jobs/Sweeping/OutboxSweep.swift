import Chassis
import Domain
package import Postgres
package import Redis

/// Pushes rows that Redis does not know: after a failed push, a flush, or a crash of Redis. Any number of sweeps may
/// run at the same time: a job's id is queued once.
///
/// Most runs read only rows that came due lately; older ones were read by earlier runs. All rows are read when Redis
/// has lost its data, which the absence of a key tells (the epoch), and every ten minutes.
///
/// `@unchecked Sendable`: loop-confined, one run at a time.
package final class OutboxSweep: @unchecked Sendable {
    private static let minute: UInt64 = 60_000_000_000
    private static let pageSize = 1_000
    private let outbox: Outbox
    private let redis: Redis
    private let pusher: Pusher
    private let orphanedBodies: OrphanedBodies
    private let queues: [String]
    /// The epoch of each queue at the last run, and at this one.
    private var lastEpochs: [String: String] = [:]
    private var epochs: [String: String] = [:]
    private var runID: String?
    /// When the last run, the last one over some minutes, and the last one over all rows began; monotonic, in
    /// nanoseconds. Nil before the first.
    private var lastRun: UInt64?
    private var lastRecentRun: UInt64 = 0
    private var lastFullRun: UInt64 = 0

    package init(database: Database, redis: Redis, queues: [String] = QueueName.allCases.map(\.rawValue)) {
        outbox = Outbox(database)
        pusher = Pusher(redis: redis)
        orphanedBodies = OrphanedBodies(outbox, redis)
        self.redis = redis
        self.queues = queues
    }

    /// - Returns: How many jobs Redis did not know.
    @discardableResult
    package func run() async throws -> Int {
        let now = monotonicNanoseconds()
        let hasLostData = try await readEpochs()
        let mayHaveLostTail = redis.runID != runID
        try await restorePauses()
        var pushed = try await pusher.push(outbox.completeForgotten())
        // Rows that came due since the last run, however long ago it was.
        let elapsed = lastRun.map { Int((now - $0) / 1_000_000_000) } ?? 0
        if hasLostData || now - lastFullRun > Self.minute * 10 {
            pushed += try await sweep(from: 1_000_000_000, to: hasLostData ? -1_000_000_000 : 2)
            lastFullRun = now
        }
        if mayHaveLostTail || now - lastRecentRun > Self.minute {
            pushed += try await sweep(from: elapsed + 180, to: -60, findsOrphans: mayHaveLostTail)
            lastRecentRun = now
        } else {
            pushed += try await sweep(from: elapsed + 20, to: 2)
        }
        for queue in queues { try await orphanedBodies.removeSome(of: queue) }
        // Only now: a run that fails half-way is repeated.
        lastRun = now
        runID = redis.runID
        if hasLostData { lastEpochs = epochs }
        return pushed
    }

    /// Returns whether the epoch of any queue differs from the last run, or there was no last run.
    private func readEpochs() async throws -> Bool {
        let new = "\(UInt64.random(in: 0 ... .max))"
        epochs = [:]
        for queue in queues {
            let key = RedisArgument(QueueKeys(queue, in: redis).epoch)
            redis.send(["SET", key, RedisArgument(new), "NX"])
            epochs[queue] = try await redis.command(["GET", key]).text
        }
        return epochs != lastEpochs
    }

    /// Copies the pauses of queues to Redis: it may have lost one, or have been unavailable when one ended.
    private func restorePauses() async throws {
        let paused = try await outbox.pausedQueues()
        for queue in queues {
            let key = RedisArgument(QueueKeys(queue, in: redis).paused)
            redis.send(paused.contains(queue) ? ["SET", key, "1"] : ["DEL", key])
        }
    }

    /// - Parameter findsOrphans: After a crash Redis loads the part of a script that was written to its file, and then
    ///   knows of jobs that are in no list.
    private func sweep(from: Int, to: Int, findsOrphans: Bool = false) async throws -> Int {
        var pushed = 0
        var position: Outbox.Position? = .start
        while let start = position {
            let page = try await outbox.page(from: from, to: to, after: start, limit: Self.pageSize)
            for (queue, ids) in page.ids {
                pushed += try await pushUnknown(ids, in: queue)
                if findsOrphans { pushed += try await OrphanSearch.find(ids, in: queue, redis) }
            }
            position = page.next
        }
        return pushed
    }

    private func pushUnknown(_ ids: [JobID], in queue: String) async throws -> Int {
        let result = try await redis.run(
            QueueScripts.unknown, of: QueueKeys(queue, in: redis), ids.map { RedisArgument($0.description) })
        let unknown = (result.array ?? []).compactMap(\.integer).filter(ids.indices.contains).map { ids[$0] }
        guard !unknown.isEmpty else { return 0 }
        return try await pusher.push(outbox.rows(unknown))
    }
}
