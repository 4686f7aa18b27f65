import Jobs
import TestSupport
import Testing

@Suite("The test kit", .database)
struct InlineJobsTests {
    private struct TestFailure: Error {}

    @Test func `returns what was enqueued`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.enqueue([TestJob(number: 1), TestJob(number: 2)], pushing: false)
            try await harness.enqueue([ShortTimeoutJob()], pushing: false)
            let jobs = InlineJobs(harness.database)
            #expect(try await jobs.enqueued(TestJob.self) == [TestJob(number: 1), TestJob(number: 2)])
            #expect(try await jobs.enqueuedKinds() == ["test-job", "test-job", "short-timeout-job"])
        }
    }

    @Test func `runs everything in line, also what jobs enqueue and what a batch waits for`() async throws {
        try await JobTestHarness.open { harness in
            let ran = RecordedNumbers()
            let producer = harness.producer
            let database = harness.database
            let batch = try producer.outboxBatch(of: [ShortTimeoutJob()], then: CompletionJob(), trace: nil)
            _ = try await Outbox(database).add(batch)
            let count = try await InlineJobs(database).runAll([
                JobHandler(ShortTimeoutJob.self) { _, context in
                    var fan = FanOut(context, database: database, producer: producer)
                    try await fan.step((0..<5).map(TestJob.init), checkpoint: "5")
                    return .finished
                },
                JobHandler(TestJob.self) { job, _ in ran.finish(job.number) },
                JobHandler(CompletionJob.self) { _, _ in ran.finish(100) },
            ])
            #expect(count == 7)
            #expect(ran.all == [0, 1, 2, 3, 4, 100])
            #expect(try await harness.rows("queued") == 0)
        }
    }

    @Test func `throws what a job throws`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.enqueue([TestJob(number: 1)], pushing: false)
            await #expect(throws: InlineJobs.Failure.self) {
                try await InlineJobs(harness.database).runAll([JobHandler(TestJob.self) { _, _ in throw TestFailure() }]
                )
            }
            #expect(try await harness.rows("queued") == 1)
        }
    }
}
