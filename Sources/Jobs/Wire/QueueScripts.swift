import Redis

/// The scripts of `Scripts/`, each with its keys and arguments at its head.
enum QueueScripts {
    static let push = RedisScript(name: "push", source: PackageResources.push_lua)
    static let register = RedisScript(name: "register", source: PackageResources.register_lua)
    static let beat = RedisScript(name: "beat", source: PackageResources.beat_lua)
    static let claim = RedisScript(name: "claim", source: PackageResources.claim_lua)
    static let retry = RedisScript(name: "retry", source: PackageResources.retry_lua)
    static let release = RedisScript(name: "release", source: PackageResources.release_lua)
    static let stray = RedisScript(name: "stray", source: PackageResources.stray_lua)
    static let reap = RedisScript(name: "reap", source: PackageResources.reap_lua)
}
