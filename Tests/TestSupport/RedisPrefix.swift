package import Chassis
import Glibc
package import Redis

/// A part of the tests' Redis that belongs to one test.
package enum RedisPrefix {
    /// Settings for the Redis of `TEST_REDIS_URL` with a prefix that no other test has.
    /// - Throws: ``TestServers/Missing``, or ``RedisSettingsError``.
    package static func settings() throws -> RedisSettings {
        let prefix = "test:" + String(UInt64.random(in: 0 ... .max), radix: 36) + ":"
        return try RedisSettings(url: TestServers.redisURL, prefix: prefix)
    }

    /// Runs a body with a connected client that has a prefix of its own; afterwards its keys are gone. Call it on the
    /// loop.
    package static func withRedis<Value>(
        on loop: EventLoop, _ body: (Redis) async throws -> Value
    ) async throws -> Value {
        signal(SIGPIPE, SIG_IGN)
        let redis = Redis(
            on: loop, settings: try settings(), log: Log(level: .error, format: .text, to: .standardError))
        redis.start()
        await redis.connected()
        let result: Result<Value, any Error>
        do { result = .success(try await body(redis)) } catch { result = .failure(error) }
        await redis.connected()
        try await removeKeys(of: redis)
        await redis.close()
        return try result.get()
    }

    /// Removes every key of a client's prefix.
    package static func removeKeys(of redis: Redis) async throws {
        var cursor = "0"
        repeat {
            let page = try await redis.command(
                ["SCAN", RedisArgument(cursor), "MATCH", RedisArgument(redis.key("*")), "COUNT", 1000])
            cursor = page.array?.first?.text ?? "0"
            let keys = page.array?.last?.array?.compactMap(\.bytes) ?? []
            if !keys.isEmpty { _ = try await redis.command(["UNLINK"] + keys.map { RedisArgument($0) }) }
        } while cursor != "0"
    }
}

extension Redis {
    /// Waits until commands may be sent. Takes ``onConnect``.
    package func connected() async {
        if isConnected { return }
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            onConnect = { [unowned self] in
                onConnect = nil
                continuation.resume()
            }
        }
    }
}
