import Chassis
package import Redis

/// Counts requests in sliding windows: in Redis, so that all processes count together; without Redis in the memory of
/// this loop, so that an outage does not lift the limits. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class RateLimiter: @unchecked Sendable {
    private let redis: Redis
    package let mode: LimitMode
    private var local = LocalCounters()

    package init(redis: Redis, mode: LimitMode) {
        self.redis = redis
        self.mode = mode
    }

    /// Counts one request.
    /// - Parameter key: The address, user or service that the limit counts.
    /// - Returns: What the limit allows; nil with ``LimitMode/off``. In the mode ``LimitMode/count`` the caller ignores
    ///   a refusal.
    package func take(_ limit: RateLimit, of key: String) async -> Quota? {
        guard mode != .off else { return nil }
        return await quota(of: limit, "rl:\(limit.name):\(key)")
    }

    func quota(of limit: RateLimit, _ name: String) async -> Quota {
        let window = Int(limit.window.nanoseconds / 1_000_000)
        let answer = try? await redis.run(
            Self.script, keys: [RedisArgument(redis.key(name))],
            arguments: [RedisArgument(limit.limit), RedisArgument(window)])
        if let parts = answer?.array, parts.count == 3, let granted = parts[0].integer,
            let remaining = parts[1].integer, let milliseconds = parts[2].integer
        {
            return Quota(isGranted: granted == 1, remaining: remaining, milliseconds: milliseconds)
        }
        return local.take(name, limit: limit.limit, windowMilliseconds: window)
    }

    /// Keeps the times of the last granted requests, as many as the limit and no longer than the window: one more is
    /// granted when the oldest of them has left the window. Exact, and a few bytes a request.
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

/// Fixed windows in memory, for the time without Redis. At most 100,000; beyond that the half that ends first is
/// dropped.
struct LocalCounters {
    private struct Window {
        var count: Int
        let ends: UInt64
    }

    private var windows: [String: Window] = [:]
    private static let capacity = 100_000

    var count: Int { windows.count }

    mutating func take(_ name: String, limit: Int, windowMilliseconds: Int) -> Quota {
        let now = monotonicNanoseconds() / 1_000_000
        var window = windows[name] ?? Window(count: 0, ends: 0)
        if window.ends <= now { window = Window(count: 0, ends: now + UInt64(windowMilliseconds)) }
        let isGranted = window.count < limit
        if isGranted { window.count += 1 }
        if windows.count >= Self.capacity { makeRoom(now) }
        windows[name] = window
        return Quota(isGranted: isGranted, remaining: limit - window.count, milliseconds: Int(window.ends - now))
    }

    /// Gives one count of a window back.
    mutating func giveBack(_ name: String) {
        guard let window = windows[name], window.count > 0 else { return }
        windows[name]?.count = window.count - 1
    }

    mutating func remove(_ name: String) {
        windows[name] = nil
    }

    private mutating func makeRoom(_ now: UInt64) {
        windows = windows.filter { $0.value.ends > now }
        guard windows.count >= Self.capacity else { return }
        for (name, _) in windows.sorted(by: { $0.value.ends < $1.value.ends }).prefix(Self.capacity / 2) {
            windows[name] = nil
        }
    }
}
