import Domain
import Redis

/// Pushes jobs that have outbox rows to Redis.
struct Pusher: Sendable {
    let redis: Redis

    /// Pushes the jobs that Redis does not know yet, each to the queue that its row names.
    /// - Returns: How many were new to Redis.
    @discardableResult
    func push(_ jobs: [WaitingJob]) async throws(RedisError) -> Int {
        var new = 0
        for (queue, jobs) in Dictionary(grouping: jobs, by: \.queue) {
            var arguments = PushArguments()
            for job in jobs { arguments.append(job.envelope, delay: job.delay, limits: job.limits) }
            for chunk in arguments.chunks {
                new += try await redis.run(QueueScripts.push, of: QueueKeys(queue, in: redis), chunk).integer ?? 0
            }
        }
        return new
    }
}

/// The arguments of `push.lua` for any number of jobs of one queue.
struct PushArguments {
    private static let argumentsPerJob = 5
    /// How many jobs one run of the script pushes, which keeps it short.
    private static let jobsPerChunk = 300
    private var values: [RedisArgument] = []

    /// - Parameters:
    ///   - delay: Milliseconds until the job may run.
    ///   - limits: See ``JobLimit/json(_:)``.
    mutating func append(_ envelope: Envelope, delay: Int, limits: String?) {
        values.append(RedisArgument(envelope.id.description))
        values.append(RedisArgument(envelope.json))
        values.append(RedisArgument(delay))
        values.append(RedisArgument(envelope.priority.letter))
        values.append(RedisArgument(limits ?? ""))
    }

    /// The arguments of each run of the script.
    var chunks: [[RedisArgument]] {
        let size = Self.argumentsPerJob * Self.jobsPerChunk
        guard values.count > size else { return values.isEmpty ? [] : [values] }
        return stride(from: 0, to: values.count, by: size).map { Array(values[$0..<min($0 + size, values.count)]) }
    }
}
