import Chassis
import Domain
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Features

///
@Suite(.database) struct LoginThrottleTests {
    @Test func `after ten wrong passwords in a row each attempt waits twice as long, at most fifteen minutes`()
        async throws
    {
        try await FeatureHarness.open { features in
            let time = TestTime()
            let throttle = LoginThrottle(redis: features.redis, isOn: true, clock: time.read)
            let ada = try EmailAddress("ada@example.com")
            for _ in 0..<10 { _ = try await throttle.begin(ada, from: .unknown) }
            for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
                let error = await expect(.rateLimited, .rateLimited) {
                    try await throttle.begin(ada, from: .unknown)
                }
                #expect(error?.retryAfterSeconds == seconds)
                time.pass(milliseconds: seconds * 1_000 - 1)
                await expect(.rateLimited) { try await throttle.begin(ada, from: .unknown) }
                time.pass(milliseconds: 1)
                _ = try await throttle.begin(ada, from: .unknown)
            }
        }
    }

    @Test func `of a hundred attempts at once ten are let through`() async throws {
        try await FeatureHarness.open { features in
            let time = TestTime()
            let throttle = LoginThrottle(redis: features.redis, isOn: true, clock: time.read)
            let ada = try EmailAddress("ada@example.com")
            let granted = await withTaskGroup { group in
                for _ in 0..<100 {
                    group.addTask { (try? await throttle.begin(ada, from: .unknown)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(granted == 10)
        }
    }

    @Test func `the account is the same in every spelling, and no other account is delayed`() async throws {
        try await FeatureHarness.open { features in
            let throttle = LoginThrottle(redis: features.redis, isOn: true, clock: TestTime().read)
            for spelling in ["ada@example.com", "ADA@Example.com"] {
                for _ in 0..<5 { _ = try await throttle.begin(EmailAddress(spelling), from: .unknown) }
            }
            await expect(.rateLimited) { try await throttle.begin(EmailAddress("Ada@example.com"), from: .unknown) }
            _ = try await throttle.begin(EmailAddress("bob@example.com"), from: .unknown)
        }
    }

    @Test func `a throttle that is off delays no login`() async throws {
        try await FeatureHarness.open { features in
            let throttle = LoginThrottle(redis: features.redis, isOn: false)
            let ada = try EmailAddress("ada@example.com")
            for _ in 0..<20 { _ = try await throttle.begin(ada, from: .unknown) }
        }
    }

    @Test func `without Redis the loop counts by itself`() async throws {
        try await withEventLoop { loop in
            // Never connected.
            let redis = Redis(
                on: loop, settings: try RedisSettings(url: "redis://127.0.0.1:1", prefix: "test:"),
                log: Log(level: .error, format: .text, to: .standardError))
            let throttle = LoginThrottle(redis: redis, isOn: true)
            let ada = try EmailAddress("ada@example.com")
            for _ in 0..<9 { _ = try await throttle.begin(ada, from: .unknown) }
            await throttle.cancel(try await throttle.begin(ada, from: .unknown))
            let last = try await throttle.begin(ada, from: .unknown)
            await expect(.rateLimited) { try await throttle.begin(ada, from: .unknown) }
            await throttle.succeed(last)
            _ = try await throttle.begin(ada, from: .unknown)
            await redis.close()
        }
    }

    @Test(arguments: 0..<12)
    func `random sequences of attempts from several sources follow the rule`(seed: UInt64) async throws {
        try await FeatureHarness.open { features in
            let time = TestTime()
            let throttle = LoginThrottle(redis: features.redis, isOn: true, clock: time.read)
            let ada = try EmailAddress("ada@example.com")
            var random = SeededGenerator(seed)
            var model = ThrottleModel()
            for step in 0..<250 {
                if Int.random(in: 0..<4, using: &random) == 0 {
                    time.pass(
                        milliseconds: Int.random(in: 0..<(1 << Int.random(in: 1...20, using: &random)), using: &random))
                }
                let (name, source) = Self.sources[Int.random(in: 0..<Self.sources.count, using: &random)]
                let outcome = ThrottleModel.Outcome.random(using: &random)
                let expected = model.attempt(name, outcome, at: time.read())
                var answer: Int?
                do throws(DomainError) {
                    let attempt = try await throttle.begin(ada, from: source)
                    switch outcome {
                    case .wrong: break
                    case .right: await throttle.succeed(attempt)
                    case .notCompared: await throttle.cancel(attempt)
                    }
                } catch {
                    answer = error.retryAfterSeconds
                }
                #expect(answer == expected, "step \(step) of seed \(seed): \(outcome) from \(name)")
            }
        }
    }

    private static let sources: [(name: String, source: LoginSource)] = [
        ("unknown", .unknown), ("unknown", .unknown), ("unknown", .unknown), ("home", .address("203.0.113.7")),
        ("office", .address("198.51.100.1")), ("phone", .device("p")), ("session", .session(FeatureHarness.id())),
    ]
}

/// The rule of the throttle, written down again: budgets by source, none of which concerns another.
private struct ThrottleModel {
    enum Outcome: CaseIterable {
        case wrong, right, notCompared

        /// Mostly wrong, or no wait would ever grow.
        static func random(using random: inout SeededGenerator) -> Outcome {
            switch Int.random(in: 0..<20, using: &random) {
            case 0: .right
            case 1, 2: .notCompared
            default: .wrong
            }
        }
    }

    private var budgets: [String: (count: Int, waitEnd: Int)] = [:]

    /// Returns the seconds to wait; nil if the attempt is let through.
    mutating func attempt(_ source: String, _ outcome: Outcome, at now: Int) -> Int? {
        let budget = budgets[source] ?? (0, 0)
        if budget.waitEnd > now { return (budget.waitEnd - now + 999) / 1_000 }
        switch outcome {
        case .right: budgets[source] = nil
        case .notCompared: budgets[source] = budget.count == 0 ? nil : (budget.count, 0)
        case .wrong:
            let count = budget.count + 1
            let wait = count < 10 ? 0 : min(900, 1 << min(count - 10, 20))
            budgets[source] = (count, wait == 0 ? 0 : now + wait * 1_000)
        }
        return nil
    }
}

/// A clock that a test moves.
private final class TestTime: Sendable {
    private let now = Mutex(1_800_000_000_000)
    var read: @Sendable () -> Int { { self.now.withLock { $0 } } }
    func pass(milliseconds: Int) { now.withLock { $0 += milliseconds } }
}

/// SplitMix64: the same numbers for the same seed.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
