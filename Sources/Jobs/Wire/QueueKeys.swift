package import Redis

/// The Redis keys of one queue that Swift code uses; `Scripts/common.lua` lists all. They share a hash tag, so a queue
/// is one slot of a Redis Cluster.
package struct QueueKeys: Sendable {
    let prefix: String

    package init(_ queue: String, in redis: Redis) {
        prefix = redis.key("jq:{\(queue)}:")
    }

    var jobs: String { prefix + "jobs" }
    var ready: String { prefix + "ready" }
    var workers: String { prefix + "workers" }
    var progress: String { prefix + "progress" }
    /// The ids of dead letters without an outbox row, by time.
    var dead: String { prefix + "dead" }
    /// Those dead letters. The key keeps an old name, because running clusters hold it.
    var deadLetters: String { prefix + "graves" }
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

extension QueueKeys {
    /// Reads how many jobs of normal priority are ready.
    package func readyCount(in redis: Redis) async throws(RedisError) -> Int {
        try await redis.command(["LLEN", RedisArgument(ready)]).integer ?? 0
    }
}

/// The queue scripts of `Scripts/`; the header of each names its keys and arguments.
enum QueueScripts {
    static let push = script("push", PackageResources.push_lua)
    static let register = script("register", PackageResources.register_lua)
    static let heartbeat = script("heartbeat", PackageResources.heartbeat_lua)
    static let claim = script("claim", PackageResources.claim_lua)
    static let begin = script("begin", PackageResources.begin_lua)
    static let reschedule = script("reschedule", PackageResources.reschedule_lua)
    static let deadLetter = script("dead_letter", PackageResources.dead_letter_lua)
    static let release = script("release", PackageResources.release_lua)
    static let reconcile = script("reconcile", PackageResources.reconcile_lua)
    static let reap = script("reap", PackageResources.reap_lua)
    static let orphans = script("orphans", PackageResources.orphans_lua)
    static let cancel = script("cancel", PackageResources.cancel_lua)
    static let count = script("count", PackageResources.count_lua)
    static let inspect = script("inspect", PackageResources.inspect_lua)
    static let unknown = script("unknown", PackageResources.unknown_lua)
    static let promote = script("promote", PackageResources.promote_lua)
    static let forget = script("forget", PackageResources.forget_lua)
    static let find = script("find", PackageResources.find_lua)
    static let list = script("list", PackageResources.list_lua)
    static let retry = script("retry", PackageResources.retry_lua)

    private static func script(_ name: StaticString, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: PackageResources.common_lua + source)
    }
}

extension Redis {
    /// Runs a script of a queue.
    func run(_ script: RedisScript, of keys: QueueKeys, _ arguments: [RedisArgument]) async throws(RedisError)
        -> RedisValue
    {
        try await run(script, keys: [RedisArgument(keys.prefix)], arguments: arguments)
    }
}
