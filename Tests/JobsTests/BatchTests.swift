import Chassis
import Domain
import Jobs
import TestSupport
import Testing

@Suite("A batch", .database)
struct BatchTests {
    private struct Unlucky: Error {}

    @Test func `is completed once, when every member is done or dead`() async throws {
        try await JobHarness.open { shop in
            let ended = Tally()
            let last = Tally()
            for slots in [3, 5] {
                _ = try await shop.consume(
                    [
                        JobHandler(Note.self) { note, context in
                            if note.number % 7 == 0 { throw JobError.permanent(reason: "seven") }
                            if note.number % 5 == 0, context.attempt == 0 { throw Unlucky() }
                            return ended.finish(note.number)
                        } whenDead: {
                            ended.add($0.number)
                        },
                        JobHandler(LastNote.self) { _, _ in last.finish(ended.all.count) },
                    ], slots: slots)
            }
            let jobs = try shop.producer.outboxBatch(of: (0..<60).map(Note.init), then: LastNote(), trace: nil)
            for job in try await Outbox(shop.database).add(jobs) { shop.producer.push(job) }
            try await shop.until { !last.all.isEmpty }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(last.all == [60])
            #expect(try await shop.rows("dead") == 9)
            #expect(try await shop.rows("waiting") == 0)
        }
    }

    @Test func `of nothing is completed at once`() async throws {
        try await JobHarness.open { shop in
            let last = Tally()
            _ = try await shop.consume(LastNote.self) { _, _ in last.finish(1) }
            let jobs = try shop.producer.outboxBatch(of: [Note](), then: LastNote(), trace: nil)
            for job in try await Outbox(shop.database).add(jobs) { shop.producer.push(job) }
            try await shop.until { last.all == [1] }
        }
    }

    @Test func `whose last member could not say so is completed by the sweep`() async throws {
        try await JobHarness.open { shop in
            let last = Tally()
            let jobs = try shop.producer.outboxBatch(of: [Note(number: 1)], then: LastNote(), trace: nil)
            _ = try await Outbox(shop.database).add(jobs)
            // A worker that is killed straight after its effect.
            try await shop.finish(jobs[1].id)
            _ = try await shop.consume(LastNote.self) { _, _ in last.finish(1) }
            #expect(try await OutboxSweep(database: shop.database, redis: shop.redis).run() == 1)
            try await shop.until { last.all == [1] }
        }
    }

    @Test func `that is made in steps goes on where it stopped, and makes no child twice`() async throws {
        try await JobHarness.open { shop in
            let children = Tally()
            let last = Tally()
            let producer = shop.producer
            let database = shop.database
            _ = try await shop.consume(
                [
                    JobHandler(HastyNote.self) { _, context in
                        var fan = FanOut(context, database: database, producer: producer)
                        var next = fan.checkpoint.flatMap { Int($0) } ?? 0
                        while next < 100 {
                            // The first two runs die on the way.
                            if next == 30 * (context.attempt + 1), context.attempt < 1 { throw Unlucky() }
                            try await fan.step((next..<next + 10).map(Note.init), checkpoint: "\(next + 10)")
                            next += 10
                        }
                        return .finished
                    },
                    JobHandler(Note.self) { note, _ in children.finish(note.number) },
                    JobHandler(LastNote.self) { _, _ in last.finish(children.all.count) },
                ])
            let jobs = try producer.outboxBatch(of: [HastyNote()], then: LastNote(), trace: nil)
            for job in try await Outbox(database).add(jobs) { producer.push(job) }
            try await shop.until { !last.all.isEmpty }
            #expect(children.all.sorted() == Array(0..<100))
            #expect(last.all == [100])
        }
    }
}
