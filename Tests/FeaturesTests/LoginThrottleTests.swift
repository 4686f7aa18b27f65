import Domain
import TestSupport
import Testing

@testable import Features

///
@Suite(.database) struct LoginThrottleTests {
    @Test(arguments: [
        (1, 0), (9, 0), (10, 1), (11, 2), (15, 32), (19, 512), (20, 900), (99, 900), (100, 86_400), (1_000, 86_400),
    ])
    func `the wait after wrong passwords in a row doubles from the tenth on`(failures: Int, seconds: Int) {
        #expect(LoginThrottle.waitSeconds(after: failures) == seconds)
    }

    @Test func `the tenth wrong password delays the account in every spelling, and no other account`() async throws {
        try await FeatureHarness.open { features in
            let throttle = LoginThrottle(redis: features.redis, isOn: true)
            let (ada, bob) = (try EmailAddress("ada@example.com"), try EmailAddress("bob@example.com"))
            for _ in 0..<9 { await throttle.recordFailure(ada) }
            try await throttle.check(ada)
            for _ in 0..<3 { await throttle.recordFailure(ada) }
            let error = await expect(.rateLimited, .rateLimited) {
                try await throttle.check(EmailAddress("ADA@Example.com"))
            }
            #expect((1...4).contains(error?.retryAfterSeconds ?? 0))
            try await throttle.check(bob)
            throttle.reset(ada)
            try await throttle.check(ada)
        }
    }

    @Test func `a throttle that is off delays no login`() async throws {
        try await FeatureHarness.open { features in
            let throttle = LoginThrottle(redis: features.redis, isOn: false)
            let ada = try EmailAddress("ada@example.com")
            for _ in 0..<20 { await throttle.recordFailure(ada) }
            try await throttle.check(ada)
        }
    }

    @Test func `a login of a delayed account is refused even with the right password`() async throws {
        try await FeatureHarness.open(limits: .on) { features in
            _ = try await features.register("ada")
            let throttle = LoginThrottle(redis: features.redis, isOn: true)
            for _ in 0..<13 { await throttle.recordFailure(try EmailAddress("ada@example.com")) }
            await expect(.rateLimited) { try await features.logIn("ada") }
            throttle.reset(try EmailAddress("ada@example.com"))
            _ = try await features.logIn("ada")
        }
    }
}
