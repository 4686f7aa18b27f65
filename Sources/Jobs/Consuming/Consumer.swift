package import Chassis
import Domain
package import Postgres
package import Redis

/// A worker: claims jobs of one queue, runs as many at the same time as it has slots, and records their outcome.
///
/// A single task calls Redis whenever something has changed: a job ended, one was handed over, a delayed one is due.
/// That one call carries all acknowledgements. When the queue is empty a second connection waits in BLMOVE, so nothing
/// polls. Claimed jobs are in this worker's `running` hash in Redis as long as its lease holds.
///
/// `@unchecked Sendable`: loop-confined; ``LeaseHeartbeat`` posts to the loop.
package final class Consumer: Service, @unchecked Sendable {
    package let name: String
    package static let leaseMilliseconds = 5_000
    /// How many jobs may run beside those that have a slot: see ``JobContext/releaseSlot()``.
    package static let releasedSlotLimit = 32
    /// How long running jobs may continue when the worker stops.
    package static let grace = Duration.seconds(20)
    /// How long their interruption may take after that.
    private static let interruptionTimeout = Duration.seconds(2)

    let queue: QueueName
    let loop: EventLoop
    let redis: Redis
    let outbox: Outbox
    let keys: QueueKeys
    let log: Log
    let metrics: ConsumerMetrics
    let handlers: [String: JobHandler]
    let reporter: ProgressReporter
    /// Raised whenever something has changed.
    let changed = LoopSignal()
    let worker = WorkerName().description

    /// Why jobs cannot be done at the moment.
    let conditions: ConditionTracker
    var running: [String: RunningJob] = [:]
    /// How many of the running jobs have released their slot.
    private var released = 0
    /// Jobs that were running when workers died: run one at a time, so that the one that is the cause is found.
    var suspects: [Claimed] = []
    var isRunningSuspects = false
    /// Jobs that have ended; row and Redis are still to be updated.
    var finished: [JobID] = []
    /// Jobs that have ended and whose rows are updated; Redis is still to be updated.
    var acknowledged: [String] = []
    /// Batches of which a member has ended.
    var batches: Set<JobID> = []
    var isRegistered = false
    /// Whether jobs that were claimed earlier may be held by another worker by now.
    var mayHaveLostLease = false
    var isClaiming = false
    /// The jobs that were claimed since the second connection began to wait.
    var claimedWhileWaiting: Set<String> = []
    /// The job that was started from the hand-off list and is still in it.
    var begunFromHandoff: String?
    var isStopping = false
    /// Whether running jobs ignore their interruption: they are handed back while they run.
    private var isAbandoning = false
    var isPaused = false
    var deadlineTimer: LoopTimer?
    var nextDeadline = UInt64.max
    /// Fires when this worker has to claim again although nothing has changed.
    var wakeTimer: LoopTimer?
    var wakesAt = UInt64.max

    let waiter: RedisBlockingConnection
    var isWaiting = false
    private let slots: Int
    private let grace: Duration
    private var main: Task<Void, Never>?
    /// The most jobs of one claim.
    private static let batch = 64

    /// - Parameter slots: How many jobs run at the same time.
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
        conditions = ConditionTracker(metrics, queue: queue, log: log)
        self.log = log
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
    }

    package func start() async throws {
        await loop.call { self.main = self.loop.spawn { await self.run() } }
    }

    /// Claims no more jobs, lets running ones end within the grace time, and hands the rest back without using up an
    /// attempt.
    package func stop() async {
        await loop.call {
            self.isStopping = true
            self.suspects = []
            self.changed.raise()
            self.loop.schedule(after: self.grace) {
                for job in self.running.values { job.interrupt(.stopping) }
                self.loop.schedule(after: Self.interruptionTimeout) {
                    self.isAbandoning = true
                    self.changed.raise()
                }
            }
        }
        await main?.value
    }

    /// Handles the loss of the lease, by expiry or because Redis lost its data: the jobs of this worker are requeued.
    /// It registers again under the same name, because a job may just have been handed to that name.
    func fenced() {
        guard isRegistered else { return }
        log.warning("fenced: the lease was lost; registering again", ["worker": .text(worker)])
        isRegistered = false
        mayHaveLostLease = true
        changed.raise()
    }

    /// Interrupts those of these jobs that run here.
    func cancel(_ names: [String]) {
        for name in names { running[name]?.interrupt(.cancelled) }
    }

    // MARK: The claiming task

    private func run() async {
        while !isDone {
            do {
                try await record()
                try await registerIfNeeded()
                let free = isStopping ? 0 : max(0, min(slots - occupied, Self.batch))
                let claimed = try await claim(limit: free)
                begin(try await stillQueued(claimed))
                // There may be more: a claim takes no more than its share.
                if !claimed.isEmpty, !isStopping { continue }
                if free > 0 { waitForHandoff() }
                if acknowledged.isEmpty, finished.isEmpty, batches.isEmpty, !isDone { await changed.wait() }
            } catch {
                log.warning("queue unavailable, retrying", ["error": "\(error)"])
                try? await loop.sleep(for: .milliseconds(500))
                // An unavailable Redis must not delay a stopping worker: its lease expires, and others take over.
                if isStopping, running.isEmpty || isAbandoning { return }
            }
        }
        await release()
        await sendCounts()
    }

    var hasFreeSlot: Bool { occupied < slots }

    private var occupied: Int { running.count - released + suspects.count }

    func releaseSlot(of job: RunningJob) {
        guard running[job.claimed.name] === job, !job.hasReleasedSlot, released < Self.releasedSlotLimit else { return }
        job.hasReleasedSlot = true
        released += 1
        changed.raise()
    }

    /// Removes a job that has ended from the running ones.
    func remove(_ job: RunningJob) {
        running[job.claimed.name] = nil
        if job.hasReleasedSlot { released -= 1 }
        changed.raise()
    }

    private var isDone: Bool {
        isStopping && (running.isEmpty || isAbandoning) && finished.isEmpty && acknowledged.isEmpty && batches.isEmpty
    }

    /// Removes the rows of ended jobs in one statement; only then they are acknowledged in Redis.
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
