package import Chassis
package import Postgres
package import Redis
import Social

/// One worker: takes jobs of one queue, runs as many at once as it has slots, and says what became of them.
///
/// A single task asks Redis again whenever something has changed: a job ended, one was handed over, a delayed one is
/// due. Everything it knows goes along in that one call. When the queue is empty a second connection waits in BLMOVE,
/// so nothing polls. Jobs in hand belong to Redis' `running` hash of this worker as long as its lease holds.
///
/// `@unchecked Sendable`: loop-confined; ``LeaseBeat`` posts to the loop.
package final class Consumer: Service, @unchecked Sendable {
    package let name: String
    let queue: QueueName
    let loop: EventLoop
    let redis: Redis
    let outbox: Outbox
    let keys: QueueKeys
    let log: Log
    let metrics: ConsumerMetrics
    let handlers: [String: JobHandler]
    let slots: Int
    /// Something has changed.
    let changed = LoopSignal()

    let worker = WorkerName().description
    var running: [JobID: Task<Void, Never>] = [:]
    /// Ended, but neither the row nor Redis knows yet.
    var finished: [JobID] = []
    /// Ended and recorded; Redis does not know yet.
    var acknowledged: [JobID] = []

    private let waiter: RedisBlockingConnection
    private var isRegistered = false
    private var isWaiting = false
    private var isStopping = false
    private var main: Task<Void, Never>?
    static let leaseMilliseconds = 5_000
    /// How many jobs one claim takes at most.
    private static let batch = 64

    /// - Parameter slots: How many jobs at once.
    package init(
        _ queue: QueueName, slots: Int, handlers: [JobHandler], on loop: EventLoop, redis: Redis,
        waiter: RedisBlockingConnection, database: Database, metrics: Metrics, log: Log
    ) {
        name = "\(queue.rawValue) consumer"
        self.queue = queue
        self.slots = slots
        self.loop = loop
        self.redis = redis
        self.waiter = waiter
        outbox = Outbox(database)
        keys = QueueKeys(queue.rawValue, in: redis)
        self.metrics = ConsumerMetrics(metrics, queue: queue, handlers: handlers)
        self.log = log
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
    }

    package func start() async throws {
        await loop.call { self.main = self.loop.spawn { await self.run() } }
    }

    /// Claims nothing more, gives what runs 20 s to end, and hands the rest back without using up an attempt.
    package func stop() async {
        await loop.call {
            self.isStopping = true
            self.changed.raise()
            self.loop.schedule(after: .seconds(20)) { for task in self.running.values { task.cancel() } }
        }
        await main?.value
    }

    /// The lease ran out or Redis forgot it: what this worker held is given to others. It registers again under the same
    /// name, because a job may just have been handed to that name.
    func fenced() {
        guard isRegistered else { return }
        log.warning("fenced: the lease was lost; registering again", ["worker": .text(worker)])
        isRegistered = false
        changed.raise()
    }

    // MARK: The one task

    private func run() async {
        while !isDone {
            do {
                try await record()
                try await registerIfNeeded()
                let free = isStopping ? 0 : min(slots - running.count, Self.batch)
                let claimed = try await claim(limit: free)
                await begin(claimed)
                if claimed.count == free, free > 0 { continue }
                if free > 0 { waitForHandoff() }
                if acknowledged.isEmpty, finished.isEmpty, !isDone { await changed.wait() }
            } catch {
                log.warning("cannot reach the queue", ["error": "\(error)"])
                try? await loop.sleep(for: .milliseconds(500))
                // Redis away must not keep a stopping worker: the lease runs out, and others take over.
                if isStopping, running.isEmpty { return }
            }
        }
        await release()
    }

    private var isDone: Bool { isStopping && running.isEmpty && finished.isEmpty && acknowledged.isEmpty }

    /// Removes the rows of ended jobs, in one statement; only then may Redis forget them.
    private func record() async throws {
        guard !finished.isEmpty else { return }
        let done = finished
        try await outbox.remove(done)
        finished.removeFirst(done.count)
        acknowledged += done
    }

    private func registerIfNeeded() async throws {
        guard !isRegistered else { return }
        _ = try await redis.run(
            QueueScripts.register, keys: [RedisArgument(keys.workers)],
            arguments: [RedisArgument(worker), RedisArgument(Self.leaseMilliseconds)])
        isRegistered = true
        try await reapDeadOfThisHost()
    }

    private func reapDeadOfThisHost() async throws {
        let names = try await redis.command(["ZRANGE", RedisArgument(keys.workers), 0, -1]).array ?? []
        let dead = names.compactMap(\.text).filter(WorkerName.isDead)
        let moved = try await QueueRescue(keys, redis).reap(knownDead: dead)
        if moved > 0 { log.info("took over the jobs of dead workers", ["jobs": .number(moved)]) }
    }

    private func claim(limit: Int) async throws -> [Claimed] {
        let done = acknowledged
        let result = try await redis.run(
            QueueScripts.claim,
            keys: [
                keys.jobs, keys.ready, keys.delayed, keys.running(worker), keys.handoff(worker), keys.workers,
                keys.crashes,
            ].map { RedisArgument($0) },
            arguments: [RedisArgument(worker), RedisArgument(limit), RedisArgument(Self.leaseMilliseconds)]
                + done.map { RedisArgument($0.description) })
        let values = result.array ?? []
        if values.isEmpty {
            fenced()
            return []
        }
        acknowledged.removeFirst(min(done.count, acknowledged.count))
        if let wait = values.first?.integer, wait > 0, limit > 0 {
            loop.schedule(after: .milliseconds(wait)) { self.changed.raise() }
        }
        return stride(from: 1, to: values.count - 2, by: 3).compactMap { index in
            Claimed(id: values[index].text, envelope: values[index + 1].bytes, crashes: values[index + 2].integer)
        }
    }

    /// Waits for the next job on a connection of its own; Redis moves its id into this worker's hand-off list, so it is
    /// never only on the wire.
    private func waitForHandoff() {
        guard !isWaiting, !isStopping else { return }
        isWaiting = true
        loop.spawn {
            let arguments: [RedisArgument] = [
                "BLMOVE", RedisArgument(self.keys.ready), RedisArgument(self.keys.handoff(self.worker)), "RIGHT",
                "LEFT", 1,
            ]
            do {
                _ = try await self.waiter.command(arguments, blockingFor: .seconds(1))
            } catch {
                try? await self.loop.sleep(for: .milliseconds(200))
            }
            self.isWaiting = false
            self.changed.raise()
        }
    }

    private func release() async {
        let released = try? await redis.run(
            QueueScripts.release,
            keys: [keys.ready, keys.workers, keys.running(worker), keys.handoff(worker)].map { RedisArgument($0) },
            arguments: [RedisArgument(worker)])
        if let count = released?.integer, count > 0 { log.info("handed back", ["jobs": .number(count)]) }
    }
}
