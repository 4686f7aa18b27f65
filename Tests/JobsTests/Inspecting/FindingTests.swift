import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Looking for a job", .database)
struct FindingTests {
    private struct Unlucky: Error {}

    @Test func `finds it where it waits, and where it runs`() async throws {
        try await JobHarness.open { shop in
            let gate = Gate()
            let jobs = try await shop.outboxJob(0..<2)
            let names = jobs.map(\.id.description)
            try await shop.until { try await shop.inspector.find(names[1]).trail?.place == "ready" }
            _ = try await shop.consume(slots: 1) { _, context in
                context.report("half of it")
                await gate.pass()
                return .finished
            }
            try await shop.until { try await shop.inspector.find(names[0]).trail?.progress == "half of it" }
            let (row, trail) = try await shop.inspector.find(names[0])
            #expect(trail?.place == "running")
            #expect(trail?.worker?.isEmpty == false)
            #expect(trail?.envelope?.kind == Note.kind)
            #expect(row?.state == "queued")
            #expect(row.map { String(decoding: $0.payload, as: UTF8.self) } == #"{"number": 0}"#)
            #expect(try await shop.inspector.find(names[1].uppercased()).trail?.place == "ready")
            gate.open()
            try await shop.until { try await shop.rows("queued") == 0 }
            let later = try await shop.outboxJob(Note(number: 3), after: .seconds(60))
            try await shop.until { try await shop.inspector.find(later.id.description).trail?.place == "delayed" }
            let due = try #require(await shop.inspector.find(later.id.description).trail?.runAt)
            #expect(due > .now)
        }
    }

    @Test func `has the history of one that is dead`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume { _, _ in throw Unlucky() }
            let job = try await shop.outboxJob(0..<1)[0]
            try await shop.until { try await shop.rows("dead") == 1 }
            let (row, _) = try await shop.inspector.find(job.id.description)
            #expect(row?.state == "dead")
            #expect(row?.attempt == 3)
            #expect(row?.endedAt != nil)
            #expect(row?.keepUntil != nil)
            let history = row.map { String(decoding: $0.history, as: UTF8.self) } ?? ""
            #expect(history.matches(of: /"event": "failed"/).count == 2)
            #expect(history.matches(of: /"event": "dead"/).count == 1)
        }
    }

    @Test func `finds one that lives in Redis alone`() async throws {
        try await JobHarness.open { shop in
            try shop.producer.send(FleetingNote(number: 1))
            try await shop.until { try await !shop.inspector.jobs(of: Note.queue, .queued).isEmpty }
            let waiting = try #require(await shop.inspector.jobs(of: Note.queue, .queued).first)
            #expect(waiting.isEphemeral)
            #expect(waiting.kind == FleetingNote.kind)
            #expect(try await shop.inspector.find(waiting.id).trail?.place == "ready")
            #expect(try await shop.inspector.find(waiting.id).row == nil)
            _ = try await shop.consume(FleetingNote.self) { _, _ in throw Unlucky() }
            try await shop.until { try await shop.inspector.find(waiting.id).trail?.place == "dead" }
            let trail = try #require(await shop.inspector.find(waiting.id).trail)
            #expect(trail.error?.contains("Unlucky") == true)
            #expect(trail.envelope?.kind == FleetingNote.kind)
        }
    }

    @Test func `finds what somebody put among the jobs, with its bytes`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.redis.command(["LPUSH", shop.key("ready"), RedisArgument([0x68, 0xFF, 0x69])])
            _ = try await shop.consume { _, _ in .finished }
            try await shop.until { try await shop.overview().graves == 1 }
            let thing = try #require(await shop.inspector.jobs(of: Note.queue, .dead).first)
            #expect(thing.id.hasPrefix("garbage:"))
            #expect(thing.error == "this is no job")
            #expect(try await shop.inspector.find(thing.id).trail?.remains == "h\u{FFFD}i")
            #expect(try await shop.inspector.revive([thing.id])[thing.id] != .done)
            #expect(try await shop.inspector.delete([thing.id])[thing.id] == .done)
            #expect(try await shop.overview().graves == 0)
        }
    }

    @Test(arguments: ["01900000-0000-7000-8000-000000000001", "no id", ""])
    func `says so when nobody knows it`(name: String) async throws {
        try await JobHarness.open { shop in
            let (row, trail) = try await shop.inspector.find(name)
            #expect(row == nil)
            #expect(trail == nil)
            #expect(try await shop.inspector.revive([name])[name] == .unknown)
            #expect(try await shop.inspector.cancel([name])[name] == .unknown)
            #expect(try await shop.inspector.delete([name])[name] == .unknown)
        }
    }

    @Test func `lists jobs by state, from either end`() async throws {
        try await JobHarness.open { shop in
            let gate = Gate()
            _ = try await shop.consume(slots: 1) { note, _ in
                if note.number == 0 { throw JobError.permanent(reason: "no such thing") }
                await gate.pass()
                return .finished
            }
            var names: [String] = []
            for number in 0..<5 { names.append(try await shop.outboxJob([Note(number: number)])[0].id.description) }
            let later = try await shop.outboxJob(Note(number: 9), after: .seconds(60)).id.description
            try await shop.until { try await shop.inspector.jobs(of: Note.queue, .running).map(\.id) == [names[1]] }
            let inspector = shop.inspector
            let dead = try await inspector.jobs(of: Note.queue, .dead)
            #expect(dead.map(\.id) == [names[0]])
            #expect(dead[0].error == "no such thing")
            #expect(try await inspector.jobs(of: Note.queue, .queued).map(\.id) == Array(names[2...]))
            #expect(
                try await inspector.jobs(of: Note.queue, .queued, limit: 2, isNewestFirst: true).map(\.id)
                    == [names[4], names[3]])
            #expect(try await inspector.jobs(of: Note.queue, .delayed).map(\.id) == [later])
            #expect(try await inspector.jobs(of: Note.queue, .done).isEmpty)
            #expect(try await inspector.jobs(of: .images, .queued).isEmpty)
            _ = try await inspector.cancel([names[4]])
            #expect(try await inspector.jobs(of: Note.queue, .cancelled).map(\.id) == [names[4]])
            gate.open()
            try await shop.until { try await inspector.jobs(of: Note.queue, .running).isEmpty }
        }
    }

    @Test func `lists what is done as long as it is kept`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.consume(MemorableNote.self) { _, _ in .finished }
            let job = try await shop.outboxJob([MemorableNote(number: 1)])[0]
            try await shop.until { try await shop.rows("done") == 1 }
            #expect(try await shop.inspector.jobs(of: Note.queue, .done).map(\.id) == [job.id.description])
            #expect(
                try await shop.inspector.revive([job.id.description])[job.id.description] == .refused(place: "done"))
        }
    }
}
