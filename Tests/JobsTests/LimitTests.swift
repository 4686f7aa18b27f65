import Chassis
import Jobs
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("Limits", .database)
struct LimitTests {
    @Test func `bound how many jobs of a tenant run, over all workers, and the others continue`() async throws {
        try await JobTestHarness.open { harness in
            let loop = harness.loop
            let flood = Atomic<Int>(0)
            let most = Atomic<Int>(0)
            let done = RecordedNumbers()
            for _ in 0..<60 { try await harness.add(ConcurrencyLimitedJob(tenant: "flood", atOnce: 2)) }
            for _ in 0..<5 { try await harness.add(ConcurrencyLimitedJob(tenant: "quiet", atOnce: 2)) }
            for _ in 0..<2 {
                _ = try await harness.consume(ConcurrencyLimitedJob.self, slots: 8) { job, _ in
                    guard job.tenant == "flood" else { return done.finish(1) }
                    most.max(flood.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                    try await loop.sleep(for: .milliseconds(10))
                    flood.subtract(1, ordering: .relaxed)
                    return done.finish(0)
                }
            }
            try await harness.until { done.all.count { $0 == 1 } == 5 }
            #expect(done.all.count < 40)
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(most.load(ordering: .relaxed) == 2)
            #expect(done.all.count == 65)
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("limits")]).integer == 0 }
        }
    }

    @Test func `bound how many start in any window of time`() async throws {
        try await JobTestHarness.open { harness in
            // Redis' own milliseconds: a handler on a busy machine begins any time after its job was given away. Redis
            // forgets them when their window is over, so each handler looks.
            let starts = Mutex<[String: Int]>([:])
            for number in 0..<20 { try await harness.add(RateLimitedJob(number: number)) }
            let done = RecordedNumbers()
            _ = try await harness.consume(RateLimitedJob.self, slots: 10) { job, _ in
                let seen =
                    try await harness.redis.command(
                        ["ZRANGE", harness.key("started:rate rare"), "0", "-1", "WITHSCORES"]
                    ).array ?? []
                for index in stride(from: 0, to: seen.count - 1, by: 2) {
                    guard let start = seen[index].text, let time = seen[index + 1].text.flatMap({ Int($0) }) else {
                        continue
                    }
                    starts.withLock { $0[start] = time }
                }
                return done.finish(job.number)
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(Set(done.all) == Set(0..<20))
            let times = starts.withLock { $0.values.sorted() }
            #expect(times.count > 5)
            for index in 5..<times.count { #expect(times[index] - times[index - 5] >= 300) }
        }
    }

    @Test func `hold after a failure, and give the place back`() async throws {
        try await JobTestHarness.open { harness in
            struct TestFailure: Error {}
            let done = RecordedNumbers()
            _ = try await harness.consume(ConcurrencyLimitedJob.self) { _, context in
                if context.attempt == 0 { throw TestFailure() }
                return done.finish(context.attempt)
            }
            for _ in 0..<3 { try await harness.add(ConcurrencyLimitedJob(tenant: "a", atOnce: 1)) }
            try await harness.until { done.all.count == 3 }
            try await harness.until {
                try await harness.redis.command(["EXISTS", harness.key("holding:running a")]).integer == 0
            }
        }
    }
}
