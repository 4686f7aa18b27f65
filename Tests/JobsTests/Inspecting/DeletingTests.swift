import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Deleting jobs", .database)
struct DeletingTests {
    @Test func `leaves nothing of them, wherever they stand`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            try await shop.writeDead(1)
            let dead = try #require(await shop.inspector.jobs(of: Note.queue, .dead).first).id
            let names = try await shop.outboxJob(0..<2).map(\.id.description)
            try await shop.until { try await shop.overview().queued == 2 }
            let outcomes = try await shop.inspector.delete([dead, names[0]])
            #expect([outcomes[dead], outcomes[names[0]]] == [.done, .done])
            #expect(try await shop.inspector.find(names[0]).row == nil)
            #expect(try await shop.inspector.find(names[0]).trail == nil)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all == [1])
            #expect(try await shop.rows("dead") == 0)
        }
    }

    @Test func `all dead ones of a queue go in bounded calls, and no others`() async throws {
        try await JobHarness.open { shop in
            try await shop.writeDead(3_500)
            _ = try await shop.outboxJob(0..<2)
            let steps = Tally()
            #expect(try await shop.inspector.deleteAll(of: .images, .dead) == 0)
            #expect(try await shop.inspector.deleteAll(of: Note.queue, .dead) { done, _ in steps.add(done) } == 3_500)
            #expect(steps.all.count >= 4)
            #expect(zip(steps.all, steps.all.dropFirst()).allSatisfy { (0...1_000).contains($1 - $0) })
            #expect(try await shop.rows("dead") == 0)
            #expect(try await shop.rows("queued") == 2)
        }
    }

    @Test func `all that wait go, but not what runs`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let gate = Gate()
            _ = try await shop.consume(slots: 1) { note, _ in
                tally.add(note.number)
                await gate.pass()
                return .finished
            }
            _ = try await shop.outboxJob(0..<1)
            try await shop.until { tally.all == [0] }
            _ = try await shop.outboxJob(1..<1_500)
            for number in 0..<5 { try shop.producer.send(FleetingNote(number: number)) }
            _ = try await shop.outboxJob(Note(number: 9), after: .seconds(60))
            try await shop.until { try await shop.overview().queued == 1_504 }
            #expect(try await shop.inspector.deleteAll(of: Note.queue, .queued) == 1_504)
            #expect(try await shop.overview().queued == 0)
            #expect(try await shop.overview().delayed == 1)
            #expect(try await shop.inspector.deleteAll(of: Note.queue, .delayed) == 1)
            gate.open()
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all == [0])
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 0 }
        }
    }

    @Test func `the last one of a batch lets the batch end`() async throws {
        try await JobHarness.open { shop in
            let batch = try shop.producer.outboxBatch(of: [Note(number: 1)], then: Note(number: 9), trace: nil)
            for job in batch { try await shop.write(job) }
            let name = batch[1].id.description
            #expect(try await shop.inspector.delete([name])[name] == .done)
            #expect(try await shop.rows("waiting") == 0)
            #expect(try await shop.inspector.find(batch[0].id.description).trail?.place == "ready")
        }
    }

    @Test func `the dead that live in Redis alone go, too`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume(FleetingNote.self) { _, _ in throw JobError.permanent(reason: "never") }
            for number in 0..<5 { try shop.producer.send(FleetingNote(number: number)) }
            try await shop.until { try await shop.overview().graves == 5 }
            #expect(try await shop.inspector.deleteAll(of: Note.queue, .dead) == 5)
            #expect(try await shop.redis.command(["EXISTS", shop.key("graves"), shop.key("dead")]).integer == 0)
        }
    }
}
