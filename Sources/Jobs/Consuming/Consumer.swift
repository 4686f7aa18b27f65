package import Chassis
import Domain
package import Postgres
package import Redis

/// One worker: takes jobs of one queue, runs as many at once as it has slots, and says what became of them.
///
/// A single task asks Redis again whenever something has changed: a job ended, one was handed over, a delayed one is
/// due. Everything it knows goes along in that one call. When the queue is empty a second connection waits in BLMOVE,
/// so nothing polls. Jobs in hand belong to Redis' `running` hash of this worker as long as its lease holds.
///
/// `@unchecked Sendable`: loop-confined; ``LeaseHeartbeat`` posts to the loop.
package final class Consumer: Service, @unchecked Sendable {
    package let name: String
    package static let leaseMilliseconds = 5_000
    /// How long running jobs have to end when the worker stops.
    package static let grace = Duration.seconds(20)
    /// How long they have after that to heed their interruption.
    private static let patience = Duration.seconds(2)

    let queue: QueueName
    let loop: EventLoop
    let redis: Redis
    let outbox: Outbox
    let keys: QueueKeys
    let log: Log
    let metrics: ConsumerMetrics
    let handlers: [String: JobHandler]
    let reporter: ProgressReporter
    /// Something has changed.
    let changed = LoopSignal()
    let worker = WorkerName().description

    var running: [String: RunningJob] = [:]
    /// Workers died with these: one at a time, so that the one that is the cause dies alone.
    var suspects: [Claimed] = []
    var isRunningSuspects = false
    /// Ended, but neither the row nor Redis knows yet.
    var finished: [JobID] = []
    /// Ended and recorded; Redis does not know yet.
    var acknowledged: [String] = []
    /// Batches of which a member has ended.
    var batches: Set<JobID> = []
    var isRegistered = false
    /// What was taken before it may be another worker's by now.
    var mayHaveLostLease = false
    var isClaiming = false
    /// What claims brought since the second connection began to wait.
    var claimedWhileWaiting: Set<String> = []
    /// Redis still has this one in the hand-off list.
    var begunFromHandoff: String?
    var isStopping = false
    /// What runs does not heed its interruption: it is handed back while it runs.
    private var isAbandoning = false
    var isPaused = false
    var deadlineTimer: LoopTimer?
    var nextDeadline = UInt64.max
    /// When this worker looks again although nothing has happened.
    var wakeTimer: LoopTimer?
    var wakesAt = UInt64.max

    let waiter: RedisBlockingConnection
    var isWaiting = false
    private let slots: Int
    private let grace: Duration
    private var main: Task<Void, Never>?
    /// How many jobs one claim takes at most.
    private static let batch = 64

    /// - Parameter slots: How many jobs at once.
    package init(
        _ queue: QueueName, slots: Int, handlers: [JobHandler], on loop: EventLoop, redis: Redis,
        waiter: RedisBlockingConnection, database: Database, metrics: Metrics, log: Log,
        grace: Duration = Consumer.grace
    ) {
        name = "\(queue.rawValue) consumer"
        self.queue = queue
        self.slots = slots
        self.loop = loop
        self.redis = redis
        self.waiter = waiter
        self.grace = grace
        outbox = Outbox(database)
        keys = QueueKeys(queue.rawValue, in: redis)
        reporter = ProgressReporter(on: loop, redis: redis, keys: keys)
        self.metrics = ConsumerMetrics(metrics, queue: queue, handlers: handlers)
        self.log = log
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
    }

    package func start() async throws {
        await loop.call { self.main = self.loop.spawn { await self.run() } }
    }

    /// Claims nothing more, gives what runs its time to end, and hands the rest back without using up an attempt.
    package func stop() async {
        await loop.call {
            self.isStopping = true
            self.suspects = []
            self.changed.raise()
            self.loop.schedule(after: self.grace) {
                for job in self.running.values { job.interrupt(.stopping) }
                self.loop.schedule(after: Self.patience) {
                    self.isAbandoning = true
                    self.changed.raise()
                }
            }
        }
        await main?.value
    }

    /// The lease ran out or Redis forgot it: what this worker held is given to others. It registers again under the same
    /// name, because a job may just have been handed to that name.
    func fenced() {
        guard isRegistered else { return }
        log.warning("fenced: the lease was lost; registering again", ["worker": .text(worker)])
        isRegistered = false
        mayHaveLostLease = true
        changed.raise()
    }

    /// These shall not go on; those that run here are interrupted.
    func cancel(_ names: [String]) {
        for name in names { running[name]?.interrupt(.cancelled) }
    }

    // MARK: The one task

    private func run() async {
        while !isDone {
            do {
                try await record()
                try await registerIfNeeded()
                let free = isStopping ? 0 : max(0, min(slots - running.count - suspects.count, Self.batch))
                let claimed = try await claim(limit: free)
                begin(try await stillQueued(claimed))
                // There may be more; a claim takes no more than its share.
                if !claimed.isEmpty, !isStopping { continue }
                if free > 0 { waitForHandoff() }
                if acknowledged.isEmpty, finished.isEmpty, batches.isEmpty, !isDone { await changed.wait() }
            } catch {
                log.warning("cannot reach the queue", ["error": "\(error)"])
                try? await loop.sleep(for: .milliseconds(500))
                // Redis away must not keep a stopping worker: the lease runs out, and others take over.
                if isStopping, running.isEmpty || isAbandoning { return }
            }
        }
        await release()
        await sendCounts()
    }

    var hasFreeSlot: Bool { running.count + suspects.count < slots }

    private var isDone: Bool {
        isStopping && (running.isEmpty || isAbandoning) && finished.isEmpty && acknowledged.isEmpty && batches.isEmpty
    }

    /// Removes the rows of ended jobs, in one statement; only then may Redis forget them.
    private func record() async throws {
        if !finished.isEmpty {
            let done = finished
            batches.formUnion(try await outbox.finish(done))
            finished.removeFirst(done.count)
            acknowledged += done.lazy.map(\.description)
        }
        if !batches.isEmpty {
            let ended = batches
            try await Pusher(redis: redis).push(outbox.complete(ended))
            batches.subtract(ended)
        }
    }
}
