import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Finding a job", .database)
struct FindingTests {
    private struct TestFailure: Error {}

    @Test func `finds it while it is queued and while it runs`() async throws {
        try await JobTestHarness.open { harness in
            let gate = Gate()
            let jobs = try await harness.enqueue(0..<2)
            let names = jobs.map(\.id.description)
            try await harness.until { try await harness.inspector.find(names[1]).history?.place == "ready" }
            _ = try await harness.consume(slots: 1) { _, context in
                context.report("half of it")
                await gate.pass()
                return .finished
            }
            try await harness.until { try await harness.inspector.find(names[0]).history?.progress == "half of it" }
            let (row, history) = try await harness.inspector.find(names[0])
            #expect(history?.place == "running")
            #expect(history?.worker?.isEmpty == false)
            #expect(history?.envelope?.kind == TestJob.kind)
            #expect(row?.state == "queued")
            #expect(row.map { String(decoding: $0.payload, as: UTF8.self) } == #"{"number": 0}"#)
            #expect(try await harness.inspector.find(names[1].uppercased()).history?.place == "ready")
            gate.open()
            try await harness.until { try await harness.rows("queued") == 0 }
            let later = try await harness.enqueue(TestJob(number: 3), after: .seconds(60))
            try await harness.until {
                try await harness.inspector.find(later.id.description).history?.place == "delayed"
            }
            let due = try #require(await harness.inspector.find(later.id.description).history?.runAt)
            #expect(due > .now)
        }
    }

    @Test func `has the history of one that is dead`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume { _, _ in throw TestFailure() }
            let job = try await harness.enqueue(0..<1)[0]
            try await harness.until { try await harness.rows("dead") == 1 }
            let (row, _) = try await harness.inspector.find(job.id.description)
            #expect(row?.state == "dead")
            #expect(row?.attempt == 3)
            #expect(row?.endedAt != nil)
            #expect(row?.keepUntil != nil)
            let history = row.map { String(decoding: $0.history, as: UTF8.self) } ?? ""
            #expect(history.matches(of: /"event": "failed"/).count == 2)
            #expect(history.matches(of: /"event": "dead"/).count == 1)
        }
    }

    @Test func `finds one without a row`() async throws {
        try await JobTestHarness.open { harness in
            try harness.producer.send(SingleAttemptEphemeralJob(number: 1))
            try await harness.until { try await !harness.inspector.jobs(of: TestJob.queue, .queued).isEmpty }
            let waiting = try #require(await harness.inspector.jobs(of: TestJob.queue, .queued).first)
            #expect(waiting.isEphemeral)
            #expect(waiting.kind == SingleAttemptEphemeralJob.kind)
            #expect(try await harness.inspector.find(waiting.id).history?.place == "ready")
            #expect(try await harness.inspector.find(waiting.id).row == nil)
            _ = try await harness.consume(SingleAttemptEphemeralJob.self) { _, _ in throw TestFailure() }
            try await harness.until { try await harness.inspector.find(waiting.id).history?.place == "dead" }
            let history = try #require(await harness.inspector.find(waiting.id).history)
            #expect(history.error?.contains("TestFailure") == true)
            #expect(history.envelope?.kind == SingleAttemptEphemeralJob.kind)
        }
    }

    @Test func `finds garbage, with its bytes`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.redis.command(["LPUSH", harness.key("ready"), RedisArgument([0x68, 0xFF, 0x69])])
            _ = try await harness.consume { _, _ in .finished }
            try await harness.until { try await harness.overview().deadLetters == 1 }
            let thing = try #require(await harness.inspector.jobs(of: TestJob.queue, .dead).first)
            #expect(thing.id.hasPrefix("garbage:"))
            #expect(thing.error == "not a job")
            #expect(try await harness.inspector.find(thing.id).history?.remains == "h\u{FFFD}i")
            #expect(try await harness.inspector.retry([thing.id])[thing.id] != .done)
            #expect(try await harness.inspector.delete([thing.id])[thing.id] == .done)
            #expect(try await harness.overview().deadLetters == 0)
        }
    }

    @Test(arguments: ["01900000-0000-7000-8000-000000000001", "no id", ""])
    func `returns nothing for an unknown one`(name: String) async throws {
        try await JobTestHarness.open { harness in
            let (row, history) = try await harness.inspector.find(name)
            #expect(row == nil)
            #expect(history == nil)
            #expect(try await harness.inspector.retry([name])[name] == .unknown)
            #expect(try await harness.inspector.cancel([name])[name] == .unknown)
            #expect(try await harness.inspector.delete([name])[name] == .unknown)
        }
    }

    @Test func `lists jobs by state, from either end`() async throws {
        try await JobTestHarness.open { harness in
            let gate = Gate()
            _ = try await harness.consume(slots: 1) { job, _ in
                if job.number == 0 { throw JobError.permanent(reason: "no such thing") }
                await gate.pass()
                return .finished
            }
            var names: [String] = []
            for number in 0..<5 { names.append(try await harness.enqueue([TestJob(number: number)])[0].id.description) }
            let later = try await harness.enqueue(TestJob(number: 9), after: .seconds(60)).id.description
            try await harness.until {
                try await harness.inspector.jobs(of: TestJob.queue, .running).map(\.id) == [names[1]]
            }
            let inspector = harness.inspector
            let dead = try await inspector.jobs(of: TestJob.queue, .dead)
            #expect(dead.map(\.id) == [names[0]])
            #expect(dead[0].error == "no such thing")
            #expect(try await inspector.jobs(of: TestJob.queue, .queued).map(\.id) == Array(names[2...]))
            #expect(
                try await inspector.jobs(of: TestJob.queue, .queued, limit: 2, isNewestFirst: true).map(\.id)
                    == [names[4], names[3]])
            #expect(try await inspector.jobs(of: TestJob.queue, .delayed).map(\.id) == [later])
            #expect(try await inspector.jobs(of: TestJob.queue, .done).isEmpty)
            #expect(try await inspector.jobs(of: .images, .queued).isEmpty)
            _ = try await inspector.cancel([names[4]])
            #expect(try await inspector.jobs(of: TestJob.queue, .cancelled).map(\.id) == [names[4]])
            gate.open()
            try await harness.until { try await inspector.jobs(of: TestJob.queue, .running).isEmpty }
        }
    }

    @Test func `lists what is done as long as it is kept`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(RetainedJob.self) { _, _ in .finished }
            let job = try await harness.enqueue([RetainedJob(number: 1)])[0]
            try await harness.until { try await harness.rows("done") == 1 }
            #expect(try await harness.inspector.jobs(of: TestJob.queue, .done).map(\.id) == [job.id.description])
            #expect(
                try await harness.inspector.retry([job.id.description])[job.id.description] == .refused(place: "done"))
        }
    }
}
