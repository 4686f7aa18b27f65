import Jobs
import TestSupport
import Testing

@Suite("The test kit", .database)
struct InlineJobsTests {
    private struct Unlucky: Error {}

    @Test func `says what was promised`() async throws {
        try await JobHarness.open { shop in
            try await shop.outboxJob([Note(number: 1), Note(number: 2)], pushing: false)
            try await shop.outboxJob([HastyNote()], pushing: false)
            let jobs = InlineJobs(shop.database)
            #expect(try await jobs.promised(Note.self) == [Note(number: 1), Note(number: 2)])
            #expect(try await jobs.promisedKinds() == ["note", "note", "hasty-note"])
        }
    }

    @Test func `runs everything in line, also what jobs promise and what a batch waits for`() async throws {
        try await JobHarness.open { shop in
            let ran = Tally()
            let producer = shop.producer
            let database = shop.database
            let batch = try producer.outboxBatch(of: [HastyNote()], then: LastNote(), trace: nil)
            _ = try await Outbox(database).add(batch)
            let count = try await InlineJobs(database).runAll([
                JobHandler(HastyNote.self) { _, context in
                    var fan = FanOut(context, database: database, producer: producer)
                    try await fan.step((0..<5).map(Note.init), checkpoint: "5")
                    return .finished
                },
                JobHandler(Note.self) { note, _ in ran.finish(note.number) },
                JobHandler(LastNote.self) { _, _ in ran.finish(100) },
            ])
            #expect(count == 7)
            #expect(ran.all == [0, 1, 2, 3, 4, 100])
            #expect(try await shop.rows("queued") == 0)
        }
    }

    @Test func `throws what a job throws`() async throws {
        try await JobHarness.open { shop in
            try await shop.outboxJob([Note(number: 1)], pushing: false)
            await #expect(throws: InlineJobs.Failure.self) {
                try await InlineJobs(shop.database).runAll([JobHandler(Note.self) { _, _ in throw Unlucky() }])
            }
            #expect(try await shop.rows("queued") == 1)
        }
    }
}
