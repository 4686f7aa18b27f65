import Redis

/// The scripts of `Scripts/`, each with its keys and arguments at its head.
enum QueueScripts {
    static let push = script("push", PackageResources.push_lua)
    static let register = script("register", PackageResources.register_lua)
    static let beat = script("beat", PackageResources.beat_lua)
    static let claim = script("claim", PackageResources.claim_lua)
    static let begin = script("begin", PackageResources.begin_lua)
    static let retry = script("retry", PackageResources.retry_lua)
    static let bury = script("bury", PackageResources.bury_lua)
    static let release = script("release", PackageResources.release_lua)
    static let settle = script("settle", PackageResources.settle_lua)
    static let reap = script("reap", PackageResources.reap_lua)
    static let stray = script("stray", PackageResources.stray_lua)
    static let cancel = script("cancel", PackageResources.cancel_lua)
    static let count = script("count", PackageResources.count_lua)
    static let inspect = script("inspect", PackageResources.inspect_lua)
    static let unknown = script("unknown", PackageResources.unknown_lua)
    static let forget = script("forget", PackageResources.forget_lua)
    static let find = script("find", PackageResources.find_lua)
    static let list = script("list", PackageResources.list_lua)
    static let revive = script("revive", PackageResources.revive_lua)

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
