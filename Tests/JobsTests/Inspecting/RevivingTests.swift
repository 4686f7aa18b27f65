import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("Reviving jobs", .database)
struct RevivingTests {
    @Test func `a dead one runs again as if no attempt had been`() async throws {
        try await JobHarness.open { shop in
            let attempts = Tally()
            let isBroken = Atomic(true)
            _ = try await shop.consume { _, context in
                attempts.add(context.attempt)
                if isBroken.load(ordering: .relaxed) { throw JobError.permanent(reason: "broken") }
                return .finished
            }
            let name = try await shop.outboxJob(0..<1)[0].id.description
            try await shop.until { try await shop.rows("dead") == 1 }
            isBroken.store(false, ordering: .relaxed)
            // It may still be held by the worker whose last word is on its way.
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 0 }
            #expect(try await shop.inspector.revive([name])[name] == .done)
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(attempts.all == [0, 0])
            #expect(try await shop.inspector.revive([name])[name] == .unknown)
        }
    }

    @Test func `its row says that it was revived`() async throws {
        try await JobHarness.open { shop in
            try await shop.writeDead(1)
            let name = try #require(await shop.inspector.jobs(of: Note.queue, .dead).first).id
            #expect(try await shop.inspector.revive([name, name])[name] == .done)
            let row = try #require(await shop.inspector.find(name).row)
            #expect((row.state, row.attempt, row.error) == ("queued", 0, nil))
            #expect(row.endedAt == nil)
            #expect(row.keepUntil == nil)
            #expect(String(decoding: row.history, as: UTF8.self).contains(#""event": "revived""#))
            #expect(try await shop.inspector.find(name).trail?.place == "ready")
            #expect(try await shop.inspector.revive([name])[name] == .refused(place: "queued"))
        }
    }

    @Test(arguments: [0, 30_000])
    func `a cancelled one runs once, also when its id still stood in a list`(others: Int) async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            // Too many to be looked through.
            for _ in 0..<(others / 1_000) {
                _ = try await shop.redis.command(["LPUSH", shop.key("ready")] + Array(repeating: "!", count: 1_000))
            }
            let name = try await shop.outboxJob(0..<1)[0].id.description
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 1 }
            #expect(try await shop.inspector.cancel([name])[name] == .done)
            #expect(try await shop.rows("cancelled") == 1)
            #expect(try await shop.inspector.revive([name])[name] == .done)
            // As if the others had been taken.
            _ = try await shop.redis.command(["LTRIM", shop.key("ready"), 0, 1])
            let gate = Gate()
            for _ in 0..<2 {
                _ = try await shop.consume(slots: 1) { note, _ in
                    tally.add(note.number)
                    await gate.pass()
                    return .finished
                }
            }
            try await shop.until { try await shop.overview().queued == 0 && tally.all == [0] }
            #expect(try await shop.overview().running == 1)
            gate.open()
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all == [0])
        }
    }

    @Test func `ten thousand dead ones are revived in bounded calls`() async throws {
        try await JobHarness.open { shop in
            try await shop.writeDead(10_000)
            let steps = Tally()
            let revived = try await shop.inspector.reviveAll(of: Note.queue) { done, total in
                #expect(total == 10_000)
                steps.add(done)
            }
            #expect(revived == 10_000)
            #expect(steps.all.count >= 10)
            #expect(zip(steps.all, steps.all.dropFirst()).allSatisfy { (0...1_000).contains($1 - $0) })
            #expect(try await shop.rows("queued") == 10_000)
            #expect(try await shop.redis.command(["LLEN", shop.key("ready")]).integer == 10_000)
            let tally = Tally()
            _ = try await shop.consume(slots: 64) { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all.sorted() == Array(1...10_000))
        }
    }

    @Test func `jobs that die again at once are revived once`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            try await shop.writeDead(2_500)
            _ = try await shop.consume(slots: 64) { note, _ in
                tally.add(note.number)
                throw JobError.permanent(reason: "still broken")
            }
            #expect(try await shop.inspector.reviveAll(of: Note.queue) == 2_500)
            try await shop.until { try await shop.rows("dead") == 2_500 }
            #expect(tally.all.sorted() == Array(1...2_500))
        }
    }

    @Test func `what lives in Redis alone runs again, too`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let isBroken = Atomic(true)
            let consumer = try await shop.consume(FleetingNote.self) { note, _ in
                if isBroken.load(ordering: .relaxed) { throw JobError.permanent(reason: "broken") }
                tally.add(note.number)
                return .finished
            }
            for number in 0..<20 { try shop.producer.send(FleetingNote(number: number)) }
            try await shop.until { try await shop.overview().graves == 20 }
            isBroken.store(false, ordering: .relaxed)
            let name = try #require(await shop.inspector.jobs(of: Note.queue, .dead).first).id
            #expect(try await shop.inspector.revive([name])[name] == .done)
            #expect(try await shop.inspector.reviveAll(of: Note.queue) == 19)
            try await shop.until { tally.all.sorted() == Array(0..<20) }
            #expect(try await shop.overview().graves == 0)
            await consumer.stop()
        }
    }
}
