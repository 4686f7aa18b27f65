import Domain
import Jobs
import TestSupport
import Testing

@Suite("A unique job", .database)
struct UniqueTests {
    @Test func `is queued once, however many ask at once`() async throws {
        try await JobHarness.open { shop in
            let loop = shop.loop
            let added = Tally()
            let tasks = (0..<1_000).map { _ in
                Task(executorPreference: loop) { if try await shop.add(OneNote(key: "a")) { added.add(1) } }
            }
            for task in tasks { try await task.value }
            #expect(added.all == [1])
            #expect(try await shop.rows("queued") == 1)
            #expect(try await shop.add(OneNote(key: "b")))
        }
    }

    @Test func `is free again when it is done`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume(OneNote.self) { _, _ in .finished }
            #expect(try await shop.add(OneNote(key: "a")))
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(try await shop.add(OneNote(key: "a")))
        }
    }

    @Test func `is free again when it is dead`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume(OneNote.self) { _, _ in throw JobError.permanent(reason: "no") }
            #expect(try await shop.add(OneNote(key: "a")))
            try await shop.until { try await shop.rows("dead") == 1 }
            #expect(try await shop.add(OneNote(key: "a")))
        }
    }

    @Test func `for a time stays unique after it is done, and is free when the time is over`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume(OneNote.self) { _, _ in .finished }
            #expect(try await shop.add(OneNote(key: "a", seconds: 1)))
            try await shop.until { try await shop.rows("done") == 1 }
            #expect(try await !shop.add(OneNote(key: "a", seconds: 1)))
            try await shop.until { try await shop.add(OneNote(key: "a", seconds: 1)) }
        }
    }
}

@Suite("A job that is kept", .database)
struct RetentionTests {
    @Test func `is still there when it is done`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume(KeptNote.self) { _, _ in .finished }
            try await shop.add(KeptNote())
            try await shop.until { try await shop.rows("done") == 1 }
            #expect(try await shop.rows("queued") == 0)
        }
    }
}
