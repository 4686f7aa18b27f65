package import Redis

/// The Redis keys of one queue. They share a hash tag, so a queue is one slot of a Redis Cluster.
package struct QueueKeys: Sendable {
    private let prefix: String

    package init(_ queue: String, in redis: Redis) {
        prefix = redis.key("jq:{\(queue)}:")
    }

    /// Hash: job id → envelope, of every job that Redis knows.
    var jobs: String { prefix + "jobs" }
    /// List of ids: pushed on the left, taken on the right.
    var ready: String { prefix + "ready" }
    /// Sorted set: job id → the millisecond from which it may run.
    var delayed: String { prefix + "delayed" }
    /// Sorted set: worker → the millisecond at which its lease ends.
    var workers: String { prefix + "workers" }
    /// Hash: job id → how many workers died with it.
    var crashes: String { prefix + "crashes" }
    /// Hash: job id → the millisecond at which this worker took it.
    func running(_ worker: String) -> String { prefix + "running:" + worker }
    /// List of the one id that a waiting worker was handed.
    func handoff(_ worker: String) -> String { prefix + "handoff:" + worker }
    /// What ``running(_:)`` and ``handoff(_:)`` begin with, for the script that reaps any worker.
    var runningPrefix: String { prefix + "running:" }
    var handoffPrefix: String { prefix + "handoff:" }
}
