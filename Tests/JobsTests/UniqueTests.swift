import Domain
import Jobs
import TestSupport
import Testing

@Suite("A unique job", .database)
struct UniqueTests {
    @Test func `is queued once, however many ask at once`() async throws {
        try await JobTestHarness.open { harness in
            let loop = harness.loop
            let added = RecordedNumbers()
            let tasks = (0..<1_000).map { _ in
                Task(executorPreference: loop) { if try await harness.add(UniqueJob(key: "a")) { added.add(1) } }
            }
            for task in tasks { try await task.value }
            #expect(added.all == [1])
            #expect(try await harness.rows("queued") == 1)
            #expect(try await harness.add(UniqueJob(key: "b")))
        }
    }

    @Test func `is free again when it is done`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(UniqueJob.self) { _, _ in .finished }
            #expect(try await harness.add(UniqueJob(key: "a")))
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(try await harness.add(UniqueJob(key: "a")))
        }
    }

    @Test func `is free again when it is dead`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(UniqueJob.self) { _, _ in throw JobError.permanent(reason: "no") }
            #expect(try await harness.add(UniqueJob(key: "a")))
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(try await harness.add(UniqueJob(key: "a")))
        }
    }

    @Test func `for a time stays unique after it is done, and is free when the time is over`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(UniqueJob.self) { _, _ in .finished }
            #expect(try await harness.add(UniqueJob(key: "a", seconds: 1)))
            try await harness.until { try await harness.rows("done") == 1 }
            #expect(try await !harness.add(UniqueJob(key: "a", seconds: 1)))
            try await harness.until { try await harness.add(UniqueJob(key: "a", seconds: 1)) }
        }
    }
}

@Suite("A retained job", .database)
struct RetentionTests {
    @Test func `stays visible when it is done`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(RetainedJob.self) { _, _ in .finished }
            try await harness.add(RetainedJob())
            try await harness.until { try await harness.rows("done") == 1 }
            #expect(try await harness.rows("queued") == 0)
        }
    }
}
