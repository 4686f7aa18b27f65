import Chassis
import Domain
import HTTP
import Redis

/// Counts requests in sliding windows: in Redis, so that all processes count together; without Redis in this loop's own
/// memory, so that nobody gets in through a fault. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RateLimiter: @unchecked Sendable {
    private let redis: Redis
    private let mode: LimitMode
    private let proxies: TrustedProxies
    private var local = LocalCounters()

    init(redis: Redis, mode: LimitMode, proxies: TrustedProxies) {
        self.redis = redis
        self.mode = mode
        self.proxies = proxies
    }

    /// Takes one from a bucket that counts by address.
    /// - Throws: ``Refusal/tooMany(retryAfterSeconds:)``.
    func take(_ bucket: RateLimit, for request: Request) async throws {
        precondition(bucket.counted == .byAddress, "\(bucket.name) counts people")
        guard mode != .off else { return }
        try await take(bucket, of: proxies.address(of: request).limitKey, for: request)
    }

    /// Takes one from a bucket that counts by user.
    /// - Throws: ``Refusal/tooMany(retryAfterSeconds:)``.
    func take(_ bucket: RateLimit, of user: UserID, for request: Request) async throws {
        precondition(bucket.counted == .byUser, "\(bucket.name) counts addresses")
        guard mode != .off else { return }
        try await take(bucket, of: user.description, for: request)
    }

    /// Takes one from a bucket of other services.
    /// - Throws: ``Refusal/tooMany(retryAfterSeconds:)``.
    func takeForService(_ bucket: RateLimit, for request: Request) async throws {
        precondition(bucket.counted == .byService, "\(bucket.name) does not count services")
        guard mode != .off else { return }
        try await take(bucket, of: "token", for: request)
    }

    private func take(_ bucket: RateLimit, of key: String, for request: Request) async throws {
        let quota = await quota(of: bucket, "rl:\(bucket.name):\(key)")
        request.answerHeaders += bucket.headers.headers(quota, of: bucket.limit)
        guard quota.isGranted || mode == .count else { throw Refusal.tooMany(retryAfterSeconds: quota.seconds) }
    }

    func quota(of bucket: RateLimit, _ name: String) async -> Quota {
        let window = Int(bucket.window.nanoseconds / 1_000_000)
        let answer = try? await redis.run(
            Self.script, keys: [RedisArgument(redis.key(name))],
            arguments: [RedisArgument(bucket.limit), RedisArgument(window)])
        if let parts = answer?.array, parts.count == 3, let granted = parts[0].integer,
            let remaining = parts[1].integer, let milliseconds = parts[2].integer
        {
            return Quota(isGranted: granted == 1, remaining: remaining, milliseconds: milliseconds)
        }
        return local.take(name, limit: bucket.limit, windowMilliseconds: window)
    }

    /// Keeps the moments of the last requests that were granted, as many as the limit and no longer than the window: one
    /// more is granted when the oldest of them has left the window. Exact, and a few bytes a request.
    ///
    /// KEYS 1 list, the newest first · ARGV 1 limit, 2 window in milliseconds
    /// Returns {1 if granted, how many more would be, milliseconds until the oldest leaves}
    private static let script = RedisScript(
        name: "take",
        source: """
            local time = redis.call('TIME')
            local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
            local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
            local oldest = tonumber(redis.call('LINDEX', KEYS[1], -1))
            while oldest and oldest <= now - window do
              redis.call('RPOP', KEYS[1])
              oldest = tonumber(redis.call('LINDEX', KEYS[1], -1))
            end
            local count = redis.call('LLEN', KEYS[1])
            if count >= limit then return {0, 0, oldest + window - now} end
            redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
            redis.call('PEXPIRE', KEYS[1], window)
            return {1, limit - count - 1, (oldest or now) + window - now}
            """)
}
