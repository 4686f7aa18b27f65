import Redis
import TestSupport
import Testing

/// Any number of schedulers, of which none leads and each may die.
@Suite(.showingOutput)
struct ScheduleTests {
    private static let nightly = ["reconcile counters", "prune sessions", "remove orphaned uploads"]
    private static let kinds = ["prune-sessions", "reconcile-counters", "remove-orphaned-uploads"]

    @Test func `two schedulers catch up each missed run once, with one job`() async throws {
        try await Product.run(options(kinds: [])) { product in
            for name in Self.nightly { try await product.recordLastRun(of: name, daysAgo: 3) }
            async let first = product.add(.scheduler)
            async let second = product.add(.scheduler)
            _ = try await (first, second)
            try await eventually("both have looked") {
                guard try await product.recordedRuns(of: "expire presence").count >= 2 else { return false }
                return try await product.jobKinds() == Self.kinds
            }
            for name in Self.nightly { #expect(try await product.recordedRuns(of: name).count == 2) }
        }
    }

    @Test func `a run that two schedulers start every five seconds is enqueued once each time`() async throws {
        try await Product.run(options(kinds: [.scheduler])) { product in
            let second = try await product.add(.scheduler)
            try await eventually("some runs are recorded", within: 20) {
                try await product.recordedRuns(of: "expire presence").count >= 4
            }
            await product.process(.scheduler).terminate()
            await second.terminate()
            // The oldest is no run: it marks since when the entry is known.
            let runs = try await product.recordedRuns(of: "expire presence").dropLast()
            let queued = try await product.redis("LLEN", "jq:{presence}:ready").integer ?? 0
            #expect(zip(runs, runs.dropFirst()).allSatisfy { $0 - $1 == 5 }, "\(runs)")
            #expect(queued == runs.count)
        }
    }

    @Test func `a scheduler that is killed is followed by one that knows the last run`() async throws {
        try await Product.run(options(kinds: [.scheduler])) { product in
            let scheduler = product.process(.scheduler)
            await scheduler.kill()
            try await product.recordLastRun(of: "reconcile counters", daysAgo: 2)
            try await scheduler.start()
            try await eventually("the missed run is recorded") {
                try await product.jobKinds() == ["reconcile-counters"]
            }
            let fired = try await product.recordedRuns(of: "reconcile counters")
            await scheduler.kill()
            try await scheduler.start()
            try await eventually("the next run is recorded") {
                try await product.recordedRuns(of: "expire presence").contains { $0 > fired[0] }
            }
            #expect(try await product.recordedRuns(of: "reconcile counters") == fired)
            #expect(try await product.jobKinds() == ["reconcile-counters"])
        }
    }

    @Test func `the other schedulers continue when one of them is killed`() async throws {
        try await Product.run(options(kinds: [.scheduler])) { product in
            try await product.add(.scheduler)
            await product.process(.scheduler).kill()
            let before = try await product.recordedRuns(of: "expire presence").count
            try await eventually("a run is recorded") {
                try await product.recordedRuns(of: "expire presence").count > before
            }
        }
    }

    private func options(kinds: [ProductProcess.Kind]) -> ProductOptions {
        var options = ProductOptions()
        options.kinds = kinds
        return options
    }
}
