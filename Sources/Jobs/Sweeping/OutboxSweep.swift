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
/// A run also readies jobs that Redis delays although their rows are due, as when the clock of one of the two servers
/// was set: PostgreSQL's clock counts.
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
    /// PostgreSQL's clock at the last run, in Unix seconds.
    private var lastClock: Int?
    private let clock: @Sendable (Outbox) async throws -> Int

    /// - Parameter clock: Reads PostgreSQL's clock; tests set one.
    package init(
        database: Database, redis: Redis, queues: [String] = QueueName.allCases.map(\.rawValue),
        clock: @escaping @Sendable (Outbox) async throws -> Int = { try await $0.clock() }
    ) {
        self.clock = clock
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
        // Rows that came due since the last run, however long ago it was, also when PostgreSQL's clock was set forward.
        let clock = try await clock(outbox)
        let elapsed = max(lastRun.map { Int((now - $0) / 1_000_000_000) } ?? 0, lastClock.map { clock - $0 } ?? 0)
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
        lastClock = clock
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

    /// How much longer than their rows Redis may delay jobs, in milliseconds, and by how much the two may differ about
    /// when a job is due.
    private static let (lateness, tolerance) = (5_000, 60_000)

    private func pushUnknown(_ ids: [JobID], in queue: String) async throws -> Int {
        let keys = QueueKeys(queue, in: redis)
        let result =
            try await redis.run(
                QueueScripts.unknown, of: keys,
                [RedisArgument(Self.lateness)] + ids.map { RedisArgument($0.description) }
            ).array ?? []
        let unknown = (result.first?.array ?? []).compactMap(\.integer).filter(ids.indices.contains).map { ids[$0] }
        try await promote(DelayedCopy.all(result.last?.array ?? [], among: ids), in: keys)
        guard !unknown.isEmpty else { return 0 }
        return try await pusher.push(outbox.rows(unknown))
    }

    /// Readies jobs that Redis delays, if their rows are still due: a worker may have rescheduled one since the rows
    /// were read. A copy that is due later than its row is a retry whose row could not be written, and keeps its delay.
    private func promote(_ copies: [DelayedCopy], in keys: QueueKeys) async throws {
        guard !copies.isEmpty else { return }
        var rows: [JobID: WaitingJob] = [:]
        for row in try await outbox.rows(copies.map(\.id)) { rows[row.id] = row }
        let due = copies.filter { copy in
            guard let row = rows[copy.id], row.delay == 0 else { return false }
            return copy.dueAt <= row.envelope.enqueuedAt + Self.tolerance
        }
        guard !due.isEmpty else { return }
        _ = try await redis.run(
            QueueScripts.promote, of: keys,
            due.flatMap { [RedisArgument($0.id.description), RedisArgument($0.score)] })
    }
}

/// A job that Redis delays although its row is due.
private struct DelayedCopy {
    let id: JobID
    /// Its due time by Redis's clock, as the script returns it.
    let score: String
    /// Its due time by the clock of the process that delayed it, in Unix milliseconds.
    let dueAt: Int

    /// - Parameter values: The second part of a reply of `unknown.lua`.
    static func all(_ values: [RedisValue], among ids: [JobID]) -> [DelayedCopy] {
        stride(from: 0, to: values.count - 2, by: 3).compactMap { index in
            guard let position = values[index].integer, ids.indices.contains(position),
                let score = values[index + 1].text,
                let envelope = values[index + 2].bytes.flatMap({ Envelope(json: $0) })
            else { return nil }
            return DelayedCopy(id: ids[position], score: score, dueAt: envelope.enqueuedAt)
        }
    }
}
