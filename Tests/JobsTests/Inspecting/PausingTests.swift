import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Pausing a queue", .database)
struct PausingTests {
    @Test func `begins nothing until it is resumed`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.inspector.pause(Note.queue)
            #expect(try await shop.overview().isPaused)
            _ = try await shop.outboxJob(0..<3)
            try await shop.until { try await shop.overview().queued == 3 }
            // Long enough for a worker that does not wait to have taken them.
            try await shop.loop.sleep(for: .milliseconds(1_200))
            #expect(tally.all.isEmpty)
            let remainder = try #require(await shop.inspector.remainder(of: Note.queue))
            #expect((remainder.jobs, remainder.isPaused, remainder.workers) == (3, true, 1))

            let resumed = monotonicNanoseconds()
            try await shop.inspector.resume(Note.queue)
            try await shop.until { tally.all.sorted() == [0, 1, 2] }
            #expect(monotonicNanoseconds() - resumed < 3_000_000_000)
            _ = try await OutboxSweep(database: shop.database, redis: shop.redis).run()
            #expect(try await !shop.overview().isPaused)
        }
    }

    @Test func `is put back by the sweep when Redis has forgotten it`() async throws {
        try await JobHarness.open { shop in
            try await shop.inspector.pause(Note.queue)
            _ = try await shop.redis.command(["DEL", shop.key("paused")])
            _ = try await OutboxSweep(database: shop.database, redis: shop.redis).run()
            try await shop.until { try await shop.overview().isPaused }
            #expect(try await shop.inspector.overviews(of: [.images]).first?.isPaused == false)
        }
    }

    @Test func `a queue is empty when neither Redis nor PostgreSQL has something for now`() async throws {
        try await JobHarness.open { shop in
            let inspector = shop.inspector
            #expect(try await inspector.remainder(of: Note.queue)?.jobs == 0)
            _ = try await shop.outboxJob(0..<2, pushing: false)
            #expect(try await inspector.remainder(of: Note.queue)?.jobs == 2)
            try await shop.age()
            _ = try await shop.outboxJob(Note(number: 9), after: .seconds(60))
            _ = try await OutboxSweep(database: shop.database, redis: shop.redis).run()
            _ = try await shop.consume { _, _ in .finished }
            try await shop.until { try await inspector.remainder(of: Note.queue)?.jobs == 0 }
            #expect(try await inspector.remainder(of: Note.queue)?.delayed == 1)
            #expect(try await shop.rows("queued") == 1)
        }
    }
}
