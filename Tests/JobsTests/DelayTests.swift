import Chassis
import Domain
import Jobs
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("A delayed job", .database)
struct DelayTests {
    @Test func `runs when it is due, not before and not much later, on an idle worker`() async throws {
        try await JobTestHarness.open { harness in
            let ended = Mutex<UInt64?>(nil)
            _ = try await harness.consume { _, _ in
                ended.withLock { $0 = monotonicNanoseconds() }
                return .finished
            }
            try await harness.loop.sleep(for: .milliseconds(100))
            let start = monotonicNanoseconds()
            try await harness.add(TestJob(number: 1), after: .milliseconds(300))
            try await harness.until { ended.withLock { $0 } != nil }
            let waited = (ended.withLock { $0 } ?? 0) - start
            #expect(waited >= 299_000_000)
            #expect(waited < 1_000_000_000)
        }
    }

    @Test func `that is snoozed comes again without using up an attempt`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            _ = try await harness.consume { _, context in
                attempts.add(context.attempt)
                if attempts.all.count < 6 { throw JobError.snooze(.milliseconds(5)) }
                return .finished
            }
            try await harness.add(TestJob(number: 1))
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(attempts.all == Array(repeating: 0, count: 6))
        }
    }
}

@Suite("An ephemeral job", .database)
struct EphemeralTests {
    private struct TestFailure: Error {}

    @Test func `needs no row, is tried again, and is kept when it is dead`() async throws {
        try await JobTestHarness.open { harness in
            let runs = RecordedNumbers()
            _ = try await harness.consume(EphemeralJob.self) { job, context in
                runs.add(job.number)
                if job.number == 2 || (job.number == 1 && context.attempt == 0) { throw TestFailure() }
                return .finished
            }
            for number in 0..<3 { try harness.producer.send(EphemeralJob(number: number)) }
            try await harness.until { try await harness.redis.command(["ZCARD", harness.key("dead")]).integer == 1 }
            try await harness.until { runs.all.count == 5 }
            #expect(runs.all.sorted() == [0, 1, 1, 2, 2])
            #expect(try await harness.rows("queued") == 0)
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 0 }
        }
    }

    @Test func `may be delayed`() async throws {
        try await JobTestHarness.open { harness in
            let runs = RecordedNumbers()
            _ = try await harness.consume(EphemeralJob.self) { job, _ in runs.finish(job.number) }
            try harness.producer.send(EphemeralJob(number: 1), after: .milliseconds(50))
            #expect(runs.all.isEmpty)
            try await harness.until { runs.all == [1] }
        }
    }

    @Test func `of a dead worker goes to another`() async throws {
        try await JobTestHarness.open { harness in
            let runs = RecordedNumbers()
            try harness.producer.send(EphemeralJob(number: 7))
            try await harness.until { try await harness.redis.command(["LLEN", harness.key("ready")]).integer == 1 }
            let element = try await harness.redis.command(["RPOP", harness.key("ready")]).bytes ?? []
            let id = String(decoding: element.dropFirst(13).prefix(36), as: UTF8.self)
            _ = try await harness.redis.command([
                "HSET", harness.key("running:gone:1:2"), RedisArgument(id), RedisArgument(element),
            ])
            _ = try await harness.redis.command(["ZADD", harness.key("workers"), 1, "gone:1:2"])
            _ = try await harness.consume(EphemeralJob.self) { job, _ in runs.finish(job.number) }
            try await harness.until { runs.all == [7] }
        }
    }
}
