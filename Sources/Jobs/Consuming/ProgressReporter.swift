import Chassis
import Domain
import Redis

/// Sends the progress that running jobs report to Redis, the latest of each job at most twice a second.
///
/// `@unchecked Sendable`: everything happens on its loop.
final class ProgressReporter: @unchecked Sendable {
    private static let interval = Duration.milliseconds(500)
    private let loop: EventLoop
    private let redis: Redis
    private let key: String
    private var latest: [JobID: String] = [:]
    private var timer: LoopTimer?

    init(on loop: EventLoop, redis: Redis, keys: QueueKeys) {
        self.loop = loop
        self.redis = redis
        key = keys.progress
    }

    /// Any thread.
    func report(_ progress: String, of job: JobID) {
        let text = String(progress.prefix(200))
        guard loop.isCurrent else {
            loop.post { self.record(text, of: job) }
            return
        }
        record(text, of: job)
    }

    /// Drops the unsent report of a job that has ended.
    func forget(_ job: JobID) {
        latest[job] = nil
    }

    private func record(_ progress: String, of job: JobID) {
        latest[job] = progress
        guard timer == nil else { return }
        timer = loop.schedule(after: Self.interval) {
            self.timer = nil
            let fields = self.latest.flatMap { [RedisArgument($0.description), RedisArgument($1)] }
            self.latest = [:]
            if !fields.isEmpty { self.redis.send(["HSET", RedisArgument(self.key)] + fields) }
        }
    }
}
