package import Chassis
package import Domain
package import Redis

/// Makes promises of jobs, and after their commit tells Redis. Loop-confined: one per event loop.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class Producer: @unchecked Sendable {
    private let redis: Redis
    private let loop: EventLoop
    /// What goes to Redis at the end of this turn, by queue: the arguments of `push.lua`.
    private var pushes: [String: [RedisArgument]] = [:]
    /// Ephemeral jobs that are due at once, by list.
    private var elements: [String: [RedisArgument]] = [:]
    private var willFlush = false
    private var lastID = Identifier(high: 0, low: 0)

    package init(on loop: EventLoop, redis: Redis) {
        self.loop = loop
        self.redis = redis
    }

    /// A durable job ready to be written beside its cause. Nothing happens until that commits.
    /// - Parameters:
    ///   - trace: The request it comes from.
    ///   - delay: It runs that long after its commit, or a little later.
    ///   - batch: The job that waits for this one.
    /// - Throws: ``JobTooLarge``.
    package func outboxJob(
        _ job: some Job, trace: String?, after delay: Duration = .zero, in batch: JobID? = nil
    ) throws -> OutboxJob {
        try OutboxJob(job, id: nextID(), trace: trace, after: delay, in: batch)
    }

    /// A batch: the jobs that make it up, and one that runs when each of them has ended, done or dead. Of no jobs at all:
    /// it runs at once. All of them are to be written in one statement.
    package func outboxBatch(
        of jobs: [some Job], then completion: some Job, trace: String?
    ) throws -> [OutboxJob] {
        let last = try OutboxJob(completion, id: nextID(), trace: trace, isWaiting: !jobs.isEmpty)
        return try [last] + jobs.map { try OutboxJob($0, id: nextID(), trace: trace, in: last.id) }
    }

    /// Tells Redis of a job whose row is committed; all of a loop turn go in one command a queue. Never waits and never
    /// fails: when Redis does not answer, the sweep does the same from the row.
    package func push(_ job: OutboxJob) {
        guard !job.isWaiting else { return }
        flushLater()
        pushes[job.queue, default: []].append(pushing: job, Envelope(job))
    }

    /// Queues an ephemeral job, in Redis alone, all of a loop turn in one command. Never waits and never fails: when Redis
    /// does not answer, the work is left to whatever makes it come again, which its ``Durability`` names.
    /// - Throws: ``JobTooLarge``.
    package func send<Kind: Job>(_ job: Kind, trace: String? = nil, after delay: Duration = .zero) throws {
        precondition(!Kind.durability.isDurable, "a durable job is promised, not sent")
        flushLater()
        if delay > .zero || !job.limits.isEmpty {
            let promised = try OutboxJob(job, id: nextID(), trace: trace, after: delay)
            pushes[Kind.queue.rawValue, default: []].append(pushing: promised, Envelope(promised, isEphemeral: true))
        } else {
            let keys = QueueKeys(Kind.queue.rawValue, in: redis)
            let json = EnvelopeForm(ephemeral: Kind.self, trace: trace).json(nextID(), try JobTooLarge.check(job))
            elements[keys.ready(Kind.priority), default: []].append(RedisArgument(json))
            if Kind.priority != .normal { elements[keys.ready, default: []].append("!") }
        }
    }

    /// Queues many ephemeral jobs that are due at once and have no limits, and returns when Redis has them.
    /// - Throws: ``JobTooLarge``, `RedisError`.
    package func sendAll<Kind: Job>(_ jobs: some Sequence<Kind>, trace: String? = nil) async throws {
        precondition(!Kind.durability.isDurable, "a durable job is promised, not sent")
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

    /// Ids of one moment count up, so that jobs promised together stay in their order.
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
        let all = pushes
        pushes.removeAll(keepingCapacity: true)
        for (queue, arguments) in all {
            let keys = QueueKeys(queue, in: redis)
            for chunk in PushChunks(arguments) {
                loop.spawn { [redis] in _ = try? await redis.run(QueueScripts.push, of: keys, chunk) }
            }
        }
    }
}
