package import Chassis
import FoundationEssentials
package import Redis
package import Social

/// Makes promises of jobs, and after their commit tells Redis. Loop-confined: one per event loop.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class Producer: @unchecked Sendable {
    private let redis: Redis
    private let loop: EventLoop
    private let encoder = JSONEncoder()
    private var pushes: [String: [RedisArgument]] = [:]

    package init(on loop: EventLoop, redis: Redis) {
        self.loop = loop
        self.redis = redis
    }

    /// A job ready to be written beside its cause. Nothing happens until that commits.
    /// - Parameter trace: The request it comes from.
    /// - Throws: ``JobTooLarge``.
    package func promise(_ job: some Job, trace: String?) throws -> PromisedJob {
        let kind = type(of: job).kind
        let payload = Array(try encoder.encode(job))
        guard payload.count <= JobTooLarge.limit else { throw JobTooLarge(kind: kind, byteCount: payload.count) }
        return PromisedJob(
            id: JobID(unixMilliseconds: Timestamp.now.unixMilliseconds), queue: type(of: job).queue.rawValue,
            kind: kind, payload: payload, trace: trace)
    }

    /// Tells Redis of a job whose row is committed; all of a loop turn go in one command a queue. Never waits and never
    /// fails: when Redis does not answer, the sweep does the same from the row.
    package func push(_ job: PromisedJob) {
        if pushes.isEmpty { loop.atEndOfTurn { self.flush() } }
        let id = RedisArgument(job.id.description)
        pushes[job.queue, default: []] += [id, RedisArgument(Envelope(job).json), "0"]
    }

    private func flush() {
        let all = pushes
        pushes = [:]
        for (queue, arguments) in all {
            let keys = QueueKeys(queue, in: redis)
            // Three arguments a job; Lua unpacks some thousands at most.
            for start in stride(from: 0, to: arguments.count, by: 1_500) {
                let some = Array(arguments[start..<min(start + 1_500, arguments.count)])
                loop.spawn { [redis] in
                    _ = try? await redis.run(
                        QueueScripts.push, keys: [keys.jobs, keys.ready, keys.delayed].map { RedisArgument($0) },
                        arguments: some)
                }
            }
        }
    }
}
