import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Pausing a queue", .database)
struct PausingTests {
    @Test func `starts no job until it is resumed`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.inspector.pause(TestJob.queue)
            #expect(try await harness.overview().isPaused)
            _ = try await harness.enqueue(0..<3)
            try await harness.until { try await harness.overview().queued == 3 }
            // Long enough for a worker that does not wait to have taken them.
            try await harness.loop.sleep(for: .milliseconds(1_200))
            #expect(tally.all.isEmpty)
            let remainder = try #require(await harness.inspector.remainder(of: TestJob.queue))
            #expect((remainder.jobs, remainder.isPaused, remainder.workers) == (3, true, 1))

            let resumed = monotonicNanoseconds()
            try await harness.inspector.resume(TestJob.queue)
            try await harness.until { tally.all.sorted() == [0, 1, 2] }
            #expect(monotonicNanoseconds() - resumed < 3_000_000_000)
            _ = try await OutboxSweep(database: harness.database, redis: harness.redis).run()
            #expect(try await !harness.overview().isPaused)
        }
    }

    @Test func `is restored by the sweep when Redis has lost it`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.inspector.pause(TestJob.queue)
            _ = try await harness.redis.command(["DEL", harness.key("paused")])
            _ = try await OutboxSweep(database: harness.database, redis: harness.redis).run()
            try await harness.until { try await harness.overview().isPaused }
            #expect(try await harness.inspector.overviews(of: [.images]).first?.isPaused == false)
        }
    }

    @Test func `a queue is empty when neither Redis nor PostgreSQL has something for now`() async throws {
        try await JobTestHarness.open { harness in
            let inspector = harness.inspector
            #expect(try await inspector.remainder(of: TestJob.queue)?.jobs == 0)
            _ = try await harness.enqueue(0..<2, pushing: false)
            #expect(try await inspector.remainder(of: TestJob.queue)?.jobs == 2)
            try await harness.age()
            _ = try await harness.enqueue(TestJob(number: 9), after: .seconds(60))
            _ = try await OutboxSweep(database: harness.database, redis: harness.redis).run()
            _ = try await harness.consume { _, _ in .finished }
            try await harness.until { try await inspector.remainder(of: TestJob.queue)?.jobs == 0 }
            #expect(try await inspector.remainder(of: TestJob.queue)?.delayed == 1)
            #expect(try await harness.rows("queued") == 1)
        }
    }
}
