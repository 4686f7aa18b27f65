import Chassis
import Redis

/// Counts requests in fixed windows: in Redis, so that all processes count together; without Redis in this loop's own
/// memory, so that nobody gets in through a fault. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RateLimiter: @unchecked Sendable {
    private let redis: Redis
    private let isOn: Bool
    private var local = LocalCounters()

    init(redis: Redis, isOn: Bool) {
        self.redis = redis
        self.isOn = isOn
    }

    /// Takes one from the bucket.
    /// - Parameter key: Whose: an address or a user.
    /// - Throws: ``Refusal/tooMany(retryAfterSeconds:)``.
    func take(_ bucket: Bucket, for key: String) async throws {
        guard isOn else { return }
        let (count, milliseconds) = await take("limit:\(bucket.name):\(key)", bucket)
        guard count <= bucket.limit else {
            throw Refusal.tooMany(retryAfterSeconds: max(1, (milliseconds + 999) / 1_000))
        }
    }

    private func take(_ name: String, _ bucket: Bucket) async -> (count: Int, milliseconds: Int) {
        let answer = try? await redis.run(
            Self.script, keys: [RedisArgument(redis.key(name))],
            arguments: [RedisArgument(bucket.windowSeconds * 1_000)])
        if let parts = answer?.array, parts.count == 2, let count = parts[0].integer, let rest = parts[1].integer {
            return (count, rest)
        }
        return local.take(name, windowMilliseconds: bucket.windowSeconds * 1_000)
    }

    /// KEYS 1 counter · ARGV 1 window in milliseconds · Returns {count, milliseconds left}
    private static let script = RedisScript(
        name: "take",
        source: """
            local count = redis.call('INCR', KEYS[1])
            local left = redis.call('PTTL', KEYS[1])
            if left < 0 then
              redis.call('PEXPIRE', KEYS[1], ARGV[1])
              left = tonumber(ARGV[1])
            end
            return {count, left}
            """)
}
