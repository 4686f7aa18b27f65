package import Redis

/// The Redis keys of one queue, as far as they are used outside of the scripts; `Scripts/common.lua` lists all. They
/// share a hash tag, so a queue is one slot of a Redis Cluster.
package struct QueueKeys: Sendable {
    /// What all of them begin with.
    let prefix: String

    package init(_ queue: String, in redis: Redis) {
        prefix = redis.key("jq:{\(queue)}:")
    }

    var jobs: String { prefix + "jobs" }
    var ready: String { prefix + "ready" }
    var workers: String { prefix + "workers" }
    var progress: String { prefix + "progress" }
    var dead: String { prefix + "dead" }
    var graves: String { prefix + "graves" }
    var paused: String { prefix + "paused" }
    var epoch: String { prefix + "epoch" }
    func ready(_ priority: Priority) -> String {
        switch priority {
        case .high: prefix + "ready:high"
        case .normal: ready
        case .low: prefix + "ready:low"
        }
    }
    func handoff(_ worker: String) -> String { prefix + "handoff:" + worker }
}
