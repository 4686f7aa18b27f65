import Chassis
import Redis
import TestSupport
import Testing

@testable import Features

/// U-10, against a real Redis.
@Suite struct RateLimiterTests {
    @Test func `a limit holds in every window, wherever it begins`() async throws {
        try await withLimiter { limiter, _ in
            let limit = Self.limit(limit: 10, milliseconds: 1_000)
            // Redis counted each somewhere between its two moments.
            var granted: [(asked: UInt64, answered: UInt64)] = []
            try await eventually("twenty-five are granted", within: 30) {
                let asked = monotonicNanoseconds()
                if await limiter.quota(of: limit, "rl:x").isGranted {
                    granted.append((asked, monotonicNanoseconds()))
                }
                return granted.count == 25
            }
            // Ten later ones are never within the window; a few milliseconds lie between the two clocks.
            for (first, eleventh) in zip(granted, granted.dropFirst(10)) {
                #expect(eleventh.answered - first.asked > 980_000_000)
            }
        }
    }

    @Test func `what is left counts down, and comes back when the window is over`() async throws {
        try await withLimiter { limiter, loop in
            let limit = Self.limit(limit: 3, milliseconds: 1_000)
            for left in [2, 1, 0] {
                let quota = await limiter.quota(of: limit, "rl:x")
                #expect(quota.isGranted && quota.remaining == left)
            }
            let refused = await limiter.quota(of: limit, "rl:x")
            #expect(!refused.isGranted && refused.remaining == 0)
            #expect((1...1_000).contains(refused.milliseconds))
            try await loop.sleep(for: .milliseconds(refused.milliseconds + 5))
            let quota = await limiter.quota(of: limit, "rl:x")
            #expect(quota.isGranted)
        }
    }

    @Test func `of many at once exactly as many are let through as may be`() async throws {
        try await withLimiter { limiter, _ in
            let limit = Self.limit(limit: 100, milliseconds: 60_000)
            let granted = await withTaskGroup { group in
                for _ in 0..<1_000 { group.addTask { await limiter.quota(of: limit, "rl:x").isGranted } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(granted == 100)
        }
    }

    @Test func `a key holds no more than its limit and goes with its window`() async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                let limiter = RateLimiter(redis: redis, mode: .on)
                let limit = Self.limit(limit: 50, milliseconds: 400)
                for _ in 0..<500 { _ = await limiter.quota(of: limit, "rl:x") }
                let length = try await redis.command(["LLEN", RedisArgument(redis.key("rl:x"))]).integer ?? 0
                #expect(length <= 50)
                try await loop.sleep(for: .milliseconds(450))
                #expect(try await redis.command(["EXISTS", RedisArgument(redis.key("rl:x"))]).integer == 0)
            }
        }
    }

    @Test func `without Redis the loop counts by itself, in bounded memory`() {
        var counters = LocalCounters()
        for left in [1, 0] {
            let quota = counters.take("a", limit: 2, windowMilliseconds: 60_000)
            #expect(quota.isGranted && quota.remaining == left)
        }
        #expect(!counters.take("a", limit: 2, windowMilliseconds: 60_000).isGranted)
        for number in 0..<150_000 { _ = counters.take("n\(number)", limit: 2, windowMilliseconds: 60_000) }
        #expect(counters.count <= 100_000)
    }

    private static func limit(limit: Int, milliseconds: Int) -> RateLimit {
        RateLimit(name: "x", limit: limit, window: .milliseconds(milliseconds), key: .address)
    }

    private func withLimiter(_ body: @escaping @Sendable (RateLimiter, EventLoop) async throws -> Void) async throws {
        try await withEventLoop { loop in
            try await RedisPrefix.withRedis(on: loop) { redis in
                try await body(RateLimiter(redis: redis, mode: .on), loop)
            }
        }
    }
}
