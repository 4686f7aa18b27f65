import Chassis
import Domain
import Jobs
import Postgres
import TestSupport
import Testing

@Suite("Unique jobs and batches", .database)
struct UniqueTests {
    private func unique(_ number: Int, _ seconds: Int? = nil) -> Chore {
        var chore = Chore(number)
        chore.unique = "same"
        chore.uniqueSeconds = seconds
        return chore
    }

    @Test func `1,000 equal enqueues, one job`() async throws {
        try await JobTestHarness.open { yard in
            let new = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<1_000 {
                    group.addTask {
                        try await Task(executorPreference: yard.loop) {
                            try await yard.outboxJob([self.unique(number)]).count
                        }.value
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(new == 1)
            #expect(try await yard.rows("queued") == 1)
        }
    }

    @Test func `freed by success`() async throws {
        try await JobTestHarness.open { yard in
            let done = Tally()
            try await yard.consume(Chore.self) { chore, _ in
                done.add(chore.number)
                return .finished
            }
            for number in 0..<3 {
                #expect(try await yard.outboxJob([unique(number)]).count == 1)
                try await yard.untilDone()
            }
            #expect(done.all == [0, 1, 2])
        }
    }

    @Test func `freed by death`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.consume(Chore.self) { _, _ in throw JobError.permanent(reason: "never") }
            for number in 0..<2 {
                #expect(try await yard.outboxJob([unique(number)]).count == 1)
                try await yard.untilDone()
            }
            #expect(try await yard.rows("dead") == 2)
        }
    }

    @Test func `still taken while a dead worker's job is rescued, and freed by its end`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.outboxJob([unique(0)])
            _ = try await yard.rescue(.email).reap(knownDead: ["gone:1:2"])
            #expect(try await yard.outboxJob([unique(1)]).isEmpty)
            try await yard.consume(Chore.self) { _, _ in .finished }
            try await yard.untilDone()
            #expect(try await yard.outboxJob([unique(2)]).count == 1)
        }
    }

    @Test func `freed by time, not by success`() async throws {
        try await JobTestHarness.open { yard in
            try await yard.consume(Chore.self) { _, _ in .finished }
            #expect(try await yard.outboxJob([unique(0, 2)]).count == 1)
            try await yard.untilDone()
            #expect(try await yard.outboxJob([unique(1, 2)]).isEmpty)
            try await eventually("the time is over") { try await yard.outboxJob([unique(2, 2)]).count == 1 }
        }
    }

    @Test func `rolled back with its transaction`() async throws {
        try await JobTestHarness.open { yard in
            let job = try yard.producer.outboxJob(unique(0), trace: nil)
            await #expect(throws: PostgresError.self) {
                _ = try await yard.database.write(Self.failing, [.json([job].records)])
            }
            #expect(try await yard.rows("queued") == 0)
            #expect(try await yard.outboxJob([unique(1)]).count == 1)
        }
    }

    private static let failing = Statement(
        "test_failing",
        """
        WITH made AS (INSERT INTO outbox SELECT * FROM promised_unique_jobs($1) RETURNING id)
        SELECT 1 / (count(*) - 1) FROM made
        """)

    @Test func `an empty batch fires at once`() async throws {
        try await JobTestHarness.open { yard in
            let done = Tally()
            try await yard.consume(Chore.self) { chore, _ in
                done.add(chore.number)
                return .finished
            }
            try await yard.write(yard.producer.outboxBatch(of: [Chore](), then: Chore(9), trace: nil))
            try await yard.untilDone()
            #expect(done.all == [9])
        }
    }

    @Test func `a batch whose jobs die fires too`() async throws {
        try await JobTestHarness.open { yard in
            let done = Tally()
            try await yard.consume(Chore.self) { chore, _ in
                if chore.number < 5 { throw JobError.permanent(reason: "never") }
                done.add(chore.number)
                return .finished
            }
            try await yard.write(
                yard.producer.outboxBatch(of: (0..<10).map(Chore.init), then: Chore(10), trace: nil))
            try await yard.untilDone()
            #expect(done.all.sorted() == Array(5...10))
            #expect(done.all.last == 10)
        }
    }
}
