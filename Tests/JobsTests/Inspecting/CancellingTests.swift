import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Cancelling jobs", .database)
struct CancellingTests {
    @Test func `one that waits never runs`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let names = try await shop.outboxJob(0..<3).map(\.id.description)
            let later = try await shop.outboxJob(Note(number: 9), after: .seconds(60)).id.description
            try await shop.until { try await shop.overview().queued + shop.overview().delayed == 4 }
            let outcomes = try await shop.inspector.cancel([names[1], later])
            #expect([outcomes[names[1]], outcomes[later]] == [.done, .done])
            #expect((try await shop.overview().queued, try await shop.overview().delayed) == (2, 0))
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all == [0, 2])
            let row = try #require(await shop.inspector.find(names[1]).row)
            #expect(row.state == "cancelled")
            #expect(row.keepUntil != nil)
            #expect(String(decoding: row.history, as: UTF8.self).contains(#""event": "cancelled""#))
            #expect(try await shop.inspector.cancel([names[1]])[names[1]] == .done)
            #expect(try await shop.inspector.cancel([names[0]])[names[0]] == .unknown)
        }
    }

    @Test func `one that runs is interrupted and does not come back`() async throws {
        try await JobHarness.open { shop in
            let begun = Tally()
            let interrupted = Tally()
            let loop = shop.loop
            let consumer = try await shop.consume(slots: 1) { note, _ in
                begun.add(note.number)
                guard note.number == 0 else { return .finished }
                do {
                    try await loop.sleep(for: .seconds(25))
                } catch {
                    interrupted.add(note.number)
                    throw error
                }
                return .finished
            }
            try await shop.beating(consumer) {
                let name = try await shop.outboxJob(0..<2)[0].id.description
                try await shop.until { begun.all == [0] }
                #expect(try await shop.inspector.cancel([name])[name] == .interrupting)
                try await shop.until { interrupted.all == [0] }
                // Its place is free.
                try await shop.until { begun.all == [0, 1] }
                try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 0 }
                _ = try await OutboxSweep(database: shop.database, redis: shop.redis).run()
                #expect(try await shop.inspector.find(name).row?.state == "cancelled")
                #expect(try await shop.inspector.find(name).trail == nil)
                #expect(begun.all == [0, 1])
            }
        }
    }

    @Test func `one that fails for ever before it hears of it stays cancelled`() async throws {
        try await JobHarness.open { shop in
            let gate = Gate()
            let told = Tally()
            let begun = Tally()
            _ = try await shop.consume(
                Note.self,
                { note, _ in
                    begun.add(note.number)
                    await gate.pass()
                    throw JobError.permanent(reason: "never")
                }, whenDead: { told.add($0.number) })
            let name = try await shop.outboxJob(3..<4)[0].id.description
            try await shop.until { begun.all == [3] }
            #expect(try await shop.inspector.cancel([name])[name] == .interrupting)
            gate.open()
            try await shop.until { try await shop.overview().running == 0 }
            #expect(told.all.isEmpty)
            #expect(try await shop.overview().graves == 0)
            #expect(try await shop.rows("cancelled") == 1)
        }
    }

    @Test func `one that runs does not come back when its worker dies before it hears of it`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let job = try await shop.outboxJob(0..<1)[0]
            let name = job.id.description
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 1 }
            let fleeting = Envelope(job, isEphemeral: true)
            let other = JobID(unixMilliseconds: 1)
            let inline = Envelope(id: other, kind: Note.kind, trace: nil, isEphemeral: true, args: fleeting.args)
            // What a worker holds that dies soon: one with a row and one without.
            _ = try await shop.redis.command(["DEL", shop.key("ready")])
            _ = try await shop.redis.command(["ZADD", shop.key("workers"), 9_999_999_999_999, "gone:1:2"])
            _ = try await shop.redis.command([
                "HSET", shop.key("running:gone:1:2"), RedisArgument(name), "", RedisArgument(other.description),
                RedisArgument(inline.json),
            ])
            let outcomes = try await shop.inspector.cancel([name, other.description])
            #expect([outcomes[name], outcomes[other.description]] == [.interrupting, .interrupting])
            let rescue = LeaseReaper(QueueKeys(Note.queue.rawValue, in: shop.redis), shop.redis)
            #expect(try await rescue.reap(knownDead: ["gone:1:2"]) == 2)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            _ = try await shop.outboxJob(7..<8)
            try await shop.until { try await shop.rows("queued") == 0 }
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("ready:high")]).integer == 0 }
            #expect(tally.all == [7])
        }
    }

    @Test func `the last one of a batch lets the batch end`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let batch = try shop.producer.outboxBatch(
                of: [Note(number: 1), Note(number: 2)], then: Note(number: 9), trace: nil)
            for job in batch {
                try await shop.write(job)
                shop.producer.push(job)
            }
            #expect(try await shop.rows("waiting") == 1)
            #expect(try await shop.inspector.kept()[Note.queue]?.waiting == 1)
            let members = batch.dropFirst().map(\.id.description)
            #expect(try await shop.inspector.cancel([members[0]])[members[0]] == .done)
            #expect(try await shop.rows("waiting") == 1)
            #expect(try await shop.inspector.cancel([members[1]])[members[1]] == .done)
            #expect(try await shop.rows("waiting") == 0)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all == [9])
        }
    }

    @Test func `one that a limit keeps waiting gives up its place in the line`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let gate = Gate()
            _ = try await shop.consume(LonelyNote.self, slots: 4) { note, _ in
                await gate.pass()
                tally.add(note.number)
                return .finished
            }
            var names: [String] = []
            for number in 0..<3 {
                names.append(try await shop.outboxJob([LonelyNote(number: number)])[0].id.description)
            }
            try await shop.until { try await shop.overview().parked == 2 }
            #expect(try await shop.inspector.find(names[1]).trail?.place == "parked")
            #expect(try await shop.inspector.cancel([names[1]])[names[1]] == .done)
            #expect(try await shop.overview().parked == 1)
            gate.open()
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all == [0, 2])
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("limits")]).integer == 0 }
        }
    }

    @Test func `one that lives in Redis alone never runs`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            for number in 0..<3 { try shop.producer.send(FleetingNote(number: number)) }
            try shop.producer.send(FleetingNote(number: 9), after: .seconds(60))
            try await shop.until { try await shop.overview().queued + shop.overview().delayed == 4 }
            let later = try #require(await shop.inspector.jobs(of: Note.queue, .delayed).first).id
            let first = try #require(await shop.inspector.jobs(of: Note.queue, .queued).first).id
            let outcomes = try await shop.inspector.cancel([first, later])
            #expect([outcomes[first], outcomes[later]] == [.done, .done])
            #expect((try await shop.overview().queued, try await shop.overview().delayed) == (2, 0))
            _ = try await shop.consume(FleetingNote.self) { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { tally.all.count == 2 }
            #expect(!tally.all.contains(9))
        }
    }

    @Test func `one that waits to be run alone, because workers died with it, never runs`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let gate = Gate()
            let jobs = try await shop.outboxJob(0..<2, pushing: false)
            for job in jobs {
                _ = try await shop.redis.command(["HSET", shop.key("crashes"), RedisArgument(job.id.description), 2])
            }
            let consumer = try await shop.consume(slots: 4) { note, _ in
                tally.add(note.number)
                await gate.pass()
                return .finished
            }
            try await shop.beating(consumer) {
                for job in jobs { shop.producer.push(job) }
                try await shop.until { tally.all == [0] }
                let name = jobs[1].id.description
                try await shop.until { try await shop.inspector.find(name).trail?.place == "running" }
                #expect(try await shop.inspector.cancel([name])[name] == .interrupting)
                gate.open()
                try await shop.until { try await shop.overview().running == 0 }
                #expect(tally.all == [0])
                #expect(try await shop.rows("cancelled") == 1)
            }
        }
    }
}
