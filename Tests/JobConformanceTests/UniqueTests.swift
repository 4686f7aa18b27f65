import Chassis
import Domain
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("Unique jobs and batches", .database)
struct UniqueTests {
    private func unique(_ number: Int, _ seconds: Int? = nil) -> TestJob {
        var job = TestJob(number)
        job.unique = "same"
        job.uniqueSeconds = seconds
        return job
    }

    @Test func `1,000 equal enqueues, one job`() async throws {
        try await JobTestHarness.open { harness in
            let new = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<1_000 {
                    group.addTask {
                        try await Task(executorPreference: harness.loop) {
                            try await harness.enqueue([self.unique(number)]).count
                        }.value
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(new == 1)
            #expect(try await harness.rows("queued") == 1)
        }
    }

    @Test func `freed by success`() async throws {
        try await JobTestHarness.open { harness in
            let done = RecordedNumbers()
            try await harness.consume(TestJob.self) { job, _ in
                done.add(job.number)
                return .finished
            }
            for number in 0..<3 {
                #expect(try await harness.enqueue([unique(number)]).count == 1)
                try await harness.untilDone()
            }
            #expect(done.all == [0, 1, 2])
        }
    }

    @Test func `freed by death`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.consume(TestJob.self) { _, _ in throw JobError.permanent(reason: "never") }
            for number in 0..<2 {
                #expect(try await harness.enqueue([unique(number)]).count == 1)
                try await harness.untilDone()
            }
            #expect(try await harness.rows("dead") == 2)
        }
    }

    @Test func `still taken while a dead worker's job is requeued, and freed by its end`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.enqueue([unique(0)])
            _ = try await harness.reaper(.email).reap(knownDead: ["gone:1:2"])
            #expect(try await harness.enqueue([unique(1)]).isEmpty)
            try await harness.consume(TestJob.self) { _, _ in .finished }
            try await harness.untilDone()
            #expect(try await harness.enqueue([unique(2)]).count == 1)
        }
    }

    @Test func `freed by time, not by success`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.consume(TestJob.self) { _, _ in .finished }
            #expect(try await harness.enqueue([unique(0, 2)]).count == 1)
            try await harness.untilDone()
            #expect(try await harness.enqueue([unique(1, 2)]).isEmpty)
            try await eventually("the time is over") { try await harness.enqueue([unique(2, 2)]).count == 1 }
        }
    }

    @Test func `rolled back with its transaction`() async throws {
        try await JobTestHarness.open { harness in
            let job = try harness.producer.outboxJob(unique(0), trace: nil)
            await #expect(throws: PostgresError.self) {
                _ = try await harness.database.write(Self.failing, [.json([job].records)])
            }
            #expect(try await harness.rows("queued") == 0)
            #expect(try await harness.enqueue([unique(1)]).count == 1)
        }
    }

    private static let failing = Statement(
        "test_failing",
        """
        WITH made AS (INSERT INTO outbox SELECT * FROM unique_outbox_rows($1) RETURNING id)
        SELECT 1 / (count(*) - 1) FROM made
        """)

    @Test func `an empty batch fires at once`() async throws {
        try await JobTestHarness.open { harness in
            let done = RecordedNumbers()
            try await harness.consume(TestJob.self) { job, _ in
                done.add(job.number)
                return .finished
            }
            try await harness.insert(harness.producer.outboxBatch(of: [TestJob](), then: TestJob(9), trace: nil))
            try await harness.untilDone()
            #expect(done.all == [9])
        }
    }

    @Test func `a batch whose jobs die fires too`() async throws {
        try await JobTestHarness.open { harness in
            let done = RecordedNumbers()
            try await harness.consume(TestJob.self) { job, _ in
                if job.number < 5 { throw JobError.permanent(reason: "never") }
                done.add(job.number)
                return .finished
            }
            try await harness.insert(
                harness.producer.outboxBatch(of: (0..<10).map(TestJob.init), then: TestJob(10), trace: nil))
            try await harness.untilDone()
            #expect(done.all.sorted() == Array(5...10))
            #expect(done.all.last == 10)
        }
    }
}
