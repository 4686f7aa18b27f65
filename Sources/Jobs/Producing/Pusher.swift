import Domain
import Redis

/// Makes rows known to Redis that it does not know yet.
struct Pusher: Sendable {
    let redis: Redis

    /// - Returns: How many were new to Redis.
    @discardableResult
    func push(_ jobs: [WaitingJob]) async throws(RedisError) -> Int {
        var new = 0
        for (queue, jobs) in Dictionary(grouping: jobs, by: \.queue) {
            var arguments: [RedisArgument] = []
            for job in jobs {
                arguments.append(RedisArgument(job.id.description))
                arguments.append(RedisArgument(job.envelope.json))
                arguments.append(RedisArgument(job.delay))
                arguments.append(RedisArgument(job.envelope.priority.letter))
                arguments.append(RedisArgument(job.limits ?? ""))
            }
            for chunk in PushChunks(arguments) {
                new += try await redis.run(QueueScripts.push, of: QueueKeys(queue, in: redis), chunk).integer ?? 0
            }
        }
        return new
    }
}
