package import Chassis
package import Domain
package import Redis

/// Enqueues jobs: encodes outbox records, and pushes jobs to Redis after their commit. Loop-confined: one per event
/// loop.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class Producer: @unchecked Sendable {
    private let redis: Redis
    private let loop: EventLoop
    /// The jobs that are pushed at the end of this turn, by queue.
    private var pushes: [String: PushArguments] = [:]
    /// Ephemeral jobs that are due at once, by Redis list.
    private var elements: [String: [RedisArgument]] = [:]
    private var wakesPublishers = false
    private var willFlush = false
    private var lastID = Identifier(high: 0, low: 0)

    package init(on loop: EventLoop, redis: Redis) {
        self.loop = loop
        self.redis = redis
    }

    /// Returns a durable job as an outbox record, to be inserted with its cause. Nothing happens until that commits.
    /// - Parameters:
    ///   - trace: The request that caused it.
    ///   - delay: It becomes due this long after its commit.
    ///   - batch: The job that waits for this one.
    /// - Throws: ``JobTooLarge``.
    package func outboxJob(
        _ job: some Job, trace: String?, after delay: Duration = .zero, in batch: JobID? = nil
    ) throws -> OutboxJob {
        try OutboxJob(job, id: nextID(), trace: trace, after: delay, in: batch)
    }

    /// Returns a batch: its jobs, and a completion job that runs when each of them has ended, done or dead; of an empty
    /// batch it runs at once. All of them are to be inserted in one statement.
    package func outboxBatch(
        of jobs: [some Job], then completion: some Job, trace: String?
    ) throws -> [OutboxJob] {
        let last = try OutboxJob(completion, id: nextID(), trace: trace, isWaiting: !jobs.isEmpty)
        return try [last] + jobs.map { try OutboxJob($0, id: nextID(), trace: trace, in: last.id) }
    }

    /// Pushes a job whose row is committed to Redis; all pushes of a loop turn are one command per queue. Never waits
    /// and never fails: when Redis is unavailable, the sweep pushes the row.
    package func push(_ job: OutboxJob) {
        guard !job.isWaiting else { return }
        flushLater()
        pushes[job.queue, default: PushArguments()].append(Envelope(job), delay: job.delay, limits: job.limits)
    }

    /// Enqueues an ephemeral job, in Redis alone; all jobs of a loop turn are one command per list. Never waits and
    /// never fails: when Redis is unavailable, the work is left to what its ``Durability`` names.
    /// - Throws: ``JobTooLarge``.
    package func send<Kind: Job>(_ job: Kind, trace: String? = nil, after delay: Duration = .zero) throws {
        precondition(!Kind.durability.isDurable, "durable jobs are enqueued through the outbox")
        flushLater()
        if delay > .zero || !job.limits.isEmpty {
            let job = try OutboxJob(job, id: nextID(), trace: trace, after: delay)
            pushes[job.queue, default: PushArguments()].append(
                Envelope(job, isEphemeral: true), delay: job.delay, limits: job.limits)
        } else {
            let keys = QueueKeys(Kind.queue.rawValue, in: redis)
            let json = EnvelopeForm(ephemeral: Kind.self, trace: trace).json(nextID(), try JobTooLarge.check(job))
            elements[keys.ready(Kind.priority), default: []].append(RedisArgument(json))
            if Kind.priority != .normal { elements[keys.ready, default: []].append("!") }
        }
    }

    /// Enqueues many ephemeral jobs that are due at once and have no limits, and returns when Redis has them.
    /// - Throws: ``JobTooLarge``, `RedisError`.
    package func sendAll<Kind: Job>(_ jobs: some Sequence<Kind>, trace: String? = nil) async throws {
        precondition(!Kind.durability.isDurable, "durable jobs are enqueued through the outbox")
        let keys = QueueKeys(Kind.queue.rawValue, in: redis)
        var command: [RedisArgument] = []
        command.append("LPUSH")
        command.append(RedisArgument(keys.ready(Kind.priority)))
        let form = EnvelopeForm(ephemeral: Kind.self, trace: trace)
        for job in jobs { command.append(RedisArgument(form.json(nextID(), try JobTooLarge.check(job)))) }
        guard command.count > 2 else { return }
        _ = try await redis.command(command)
        if Kind.priority != .normal { redis.send(["LPUSH", RedisArgument(keys.ready), "!"]) }
    }

    /// Tells the publishers of domain events that an event is committed; once for all events of a loop turn. Never
    /// waits and never fails: a publisher that hears nothing looks for events by itself every second.
    package func wakePublishers() {
        flushLater()
        wakesPublishers = true
    }

    /// Ids of one millisecond count up, so that jobs enqueued together keep their order.
    private func nextID() -> JobID {
        let now = Timestamp.now.unixMilliseconds
        lastID = lastID.unixMilliseconds == now ? lastID.successor : Identifier(unixMilliseconds: now)
        return JobID(lastID)
    }

    private func flushLater() {
        guard !willFlush else { return }
        willFlush = true
        loop.atEndOfTurn { self.flush() }
    }

    private func flush() {
        willFlush = false
        for (list, jobs) in elements { redis.send(["LPUSH", RedisArgument(list)] + jobs) }
        elements.removeAll(keepingCapacity: true)
        if wakesPublishers {
            wakesPublishers = false
            redis.send(["PUBLISH", RedisArgument(redis.key(EventChannel.name)), ""])
        }
        let all = pushes
        pushes.removeAll(keepingCapacity: true)
        for (queue, arguments) in all {
            let keys = QueueKeys(queue, in: redis)
            for chunk in arguments.chunks {
                loop.spawn { [redis] in _ = try? await redis.run(QueueScripts.push, of: keys, chunk) }
            }
        }
    }
}
