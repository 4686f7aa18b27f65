import Chassis
import Domain
import Jobs
import TestSupport
import Testing

@Suite("A batch", .database)
struct BatchTests {
    private struct TestFailure: Error {}

    @Test func `is completed once, when every member is done or dead`() async throws {
        try await JobTestHarness.open { harness in
            let ended = RecordedNumbers()
            let last = RecordedNumbers()
            for slots in [3, 5] {
                _ = try await harness.consume(
                    [
                        JobHandler(TestJob.self) { job, context in
                            if job.number % 7 == 0 { throw JobError.permanent(reason: "seven") }
                            if job.number % 5 == 0, context.attempt == 0 { throw TestFailure() }
                            return ended.finish(job.number)
                        } onDeadLetter: {
                            ended.add($0.number)
                        },
                        JobHandler(CompletionJob.self) { _, _ in last.finish(ended.all.count) },
                    ], slots: slots)
            }
            let jobs = try harness.producer.outboxBatch(
                of: (0..<60).map(TestJob.init), then: CompletionJob(), trace: nil)
            for job in try await Outbox(harness.database).add(jobs) { harness.producer.push(job) }
            try await harness.until { !last.all.isEmpty }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(last.all == [60])
            #expect(try await harness.rows("dead") == 9)
            #expect(try await harness.rows("waiting") == 0)
        }
    }

    @Test func `of nothing is completed at once`() async throws {
        try await JobTestHarness.open { harness in
            let last = RecordedNumbers()
            _ = try await harness.consume(CompletionJob.self) { _, _ in last.finish(1) }
            let jobs = try harness.producer.outboxBatch(of: [TestJob](), then: CompletionJob(), trace: nil)
            for job in try await Outbox(harness.database).add(jobs) { harness.producer.push(job) }
            try await harness.until { last.all == [1] }
        }
    }

    @Test func `whose last member ended without completing it is completed by the sweep`() async throws {
        try await JobTestHarness.open { harness in
            let last = RecordedNumbers()
            let jobs = try harness.producer.outboxBatch(of: [TestJob(number: 1)], then: CompletionJob(), trace: nil)
            _ = try await Outbox(harness.database).add(jobs)
            // A worker that is killed straight after its effect.
            try await harness.finish(jobs[1].id)
            _ = try await harness.consume(CompletionJob.self) { _, _ in last.finish(1) }
            #expect(try await OutboxSweep(database: harness.database, redis: harness.redis).run() == 1)
            try await harness.until { last.all == [1] }
        }
    }

    @Test func `that is enqueued in steps continues where it stopped, and enqueues no child twice`() async throws {
        try await JobTestHarness.open { harness in
            let children = RecordedNumbers()
            let last = RecordedNumbers()
            let producer = harness.producer
            let database = harness.database
            _ = try await harness.consume(
                [
                    JobHandler(ShortTimeoutJob.self) { _, context in
                        var fan = FanOut(context, database: database, producer: producer)
                        var next = fan.checkpoint.flatMap { Int($0) } ?? 0
                        while next < 100 {
                            // The first two runs die on the way.
                            if next == 30 * (context.attempt + 1), context.attempt < 1 { throw TestFailure() }
                            try await fan.step((next..<next + 10).map(TestJob.init), checkpoint: "\(next + 10)")
                            next += 10
                        }
                        return .finished
                    },
                    JobHandler(TestJob.self) { job, _ in children.finish(job.number) },
                    JobHandler(CompletionJob.self) { _, _ in last.finish(children.all.count) },
                ])
            let jobs = try producer.outboxBatch(of: [ShortTimeoutJob()], then: CompletionJob(), trace: nil)
            for job in try await Outbox(database).add(jobs) { producer.push(job) }
            try await harness.until { !last.all.isEmpty }
            #expect(children.all.sorted() == Array(0..<100))
            #expect(last.all == [100])
        }
    }
}
