import Chassis
import Domain
import Jobs
import Postgres
import Redis
import TestSupport
import Testing

/// S2-157: failed jobs are repeated with growing pauses, and end as dead letters.
@Suite("Retry and dead", .database)
struct FailingTests {
    private struct TestFailure: Error {}

    @Test func `bounds and spread of back-off`() async throws {
        try await JobTestHarness.open { harness in
            let failures = RecordedNumbers()
            try await harness.consume(TestJob.self, slots: 64) { job, context in
                guard context.attempt == 0 else { throw JobError.snooze(.seconds(600)) }
                failures.add(job.number)
                throw TestFailure()
            }
            try await harness.enqueue((0..<300).map(TestJob.init))
            try await eventually("all have failed once") { failures.count == 300 }
            let rows = try await harness.database.read(Self.delays, [])
            let delays = try (0..<rows.count).map { index in
                var row = rows[index]
                return try row.int()
            }
            // The first wait is up to a second, and not below a tenth of one. Those that are over are snoozed now.
            let first = delays.filter { $0 < 60_000 }
            #expect(first.allSatisfy { $0 <= 1_000 })
            #expect(Set(first.map { $0 / 100 }).count > 4 || first.count < 20)
        }
    }

    private static let delays = Statement(
        "test_delays",
        "SELECT (extract(epoch FROM run_at - now()) * 1000)::bigint FROM outbox WHERE attempt > 0")

    @Test func `exhausted: dead with its last error after as many attempts as its kind has`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            try await harness.consume(TestJob.self) { _, context in
                attempts.add(context.attempt)
                throw TestFailure()
            }
            try await harness.enqueue([TestJob(0)])
            try await eventually("it is dead", within: 20) { try await harness.rows("dead") == 1 }
            #expect(attempts.all == [0, 1, 2])
            #expect(try await harness.errors() == ["TestFailure()"])
            try await harness.expectNothingLeft(in: .email)
        }
    }

    @Test func `permanent: dead at once`() async throws {
        try await JobTestHarness.open { harness in
            let deadLettered = RecordedNumbers()
            try await harness.consume(TestJob.self) { _, _ in
                throw JobError.permanent(reason: "never")
            } onDeadLetter: {
                deadLettered.add($0.number)
            }
            try await harness.enqueue([TestJob(5)])
            try await eventually("it is dead") { try await harness.rows("dead") == 1 }
            #expect(try await harness.errors() == ["never"])
            #expect(deadLettered.all == [5])
        }
    }

    @Test func `snooze keeps the attempt`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            try await harness.consume(TestJob.self) { _, context in
                attempts.add(context.attempt)
                if attempts.count < 6 { throw JobError.snooze(.milliseconds(20)) }
                return .finished
            }
            try await harness.enqueue([TestJob(0)])
            try await harness.untilDone()
            #expect(attempts.all == [0, 0, 0, 0, 0, 0])
        }
    }

    @Test func `an unknown kind is kept, never dropped`() async throws {
        try await JobTestHarness.open { harness in
            let consumer = try await harness.consume(.email, [])
            try await harness.enqueue([TestJob(3)])
            try await eventually("it waits for a worker that knows it") {
                try await harness.integer("ZCARD", harness.key("delayed", of: .email)) == 1
            }
            #expect(try await harness.rows("queued") == 1)
            #expect(try await harness.mostAttempts() == 0)
            await consumer.stop()
        }
    }

    @Test func `undecodable jobs are dead-lettered with their bytes`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.consume(TestJob.self) { _, _ in .finished }
            let args = OutboxJob(
                id: JobID(unixMilliseconds: 1), queue: "email", kind: TestJob.kind, payload: #"{"number":"seven"}"#)
            try await harness.insert([args])
            try await eventually("it is dead") { try await harness.rows("dead") == 1 }
            #expect(try await harness.errors().first?.contains("seven") == true)
            // An envelope that is none, of a job without a row.
            let id = JobID(unixMilliseconds: 2).description
            _ = try await harness.redis.command(["HSET", harness.key("jobs", of: .email), RedisArgument(id), "{\u{1}"])
            _ = try await harness.redis.command(["LPUSH", harness.key("ready", of: .email), RedisArgument(id)])
            try await eventually("it is among the dead letters in Redis") {
                let letter = try await harness.redis.command([
                    "HGET", harness.key("graves", of: .email), RedisArgument(id),
                ])
                return letter.text?.contains(#"{\u0001"#) == true
            }
        }
    }

    @Test(arguments: ["", "a\0b", "ä\u{1F600}\n\"'\\", "\u{FFFD}\u{FFFE}", String(repeating: "long ", count: 200_000)])
    func `any error text`(text: String) async throws {
        struct Odd: Error, CustomStringConvertible { let description: String }
        try await JobTestHarness.open { harness in
            try await harness.consume(TestJob.self) { job, _ in
                if job.number == 0 { throw JobError.permanent(reason: text) }
                throw Odd(description: text)
            }
            try await harness.enqueue([TestJob(0), TestJob(1)])
            try await eventually("both are dead", within: 20) { try await harness.rows("dead") == 2 }
            for error in try await harness.errors() {
                #expect(error.count <= 2_000)
                #expect(error.hasPrefix(text.prefix(1) == "\0" ? "␀" : text.prefix(1)))
            }
        }
    }

    @Test func `garbage delays no job`() async throws {
        try await JobTestHarness.open { harness in
            let done = RecordedNumbers()
            let list = harness.key("ready", of: .email)
            let garbage: [RedisArgument] = [
                "", "!", "!!", "garbage", "{}", #"{"v":1,"id":"x"}"#, RedisArgument([0, 0xff, 0xfe]),
                RedisArgument(String(repeating: "x", count: 36)), RedisArgument(String(repeating: "y", count: 100_000)),
                RedisArgument(#"{"v":1,"id":"01900000-0000-7000-8000-000000000001","kind":"#),
            ]
            _ = try await harness.redis.command(["LPUSH", list] + garbage)
            _ = try await harness.redis.command(["ZADD", harness.key("delayed", of: .email), 1, "garbage", 2, "!none"])
            _ = try await harness.redis.command(["HSET", harness.key("jobs", of: .email), "garbage", "{"])
            _ = try await harness.redis.command(["ZADD", harness.key("workers", of: .email), 1, "garbage"])
            _ = try await harness.redis.command([
                "HSET", harness.key("running:garbage", of: .email), "garbage", "garbage",
            ])
            try await harness.consume(TestJob.self) { job, _ in
                done.add(job.number)
                return .finished
            }
            _ = try await harness.reaper(.email).reap()
            try await harness.enqueue([TestJob(7)])
            try await eventually("the real one runs") { done.all == [7] }
            try await eventually("the garbage is put aside") {
                try await harness.integer("EXISTS", list, harness.key("ready:high", of: .email)) == 0
            }
        }
    }

    @Test func `the dead set is bounded`() async throws {
        try await JobTestHarness.open { harness in
            for start in stride(from: 0, to: 10_500, by: 500) {
                let garbage = (start..<start + 500).map { RedisArgument("garbage \($0)") }
                _ = try await harness.redis.command(["LPUSH", harness.key("ready", of: .email)] + garbage)
            }
            try await harness.consume(TestJob.self, slots: 64) { _, _ in .finished }
            try await eventually("all of it is put aside", within: 30) {
                try await harness.integer("LLEN", harness.key("ready", of: .email)) == 0
            }
            #expect(try await harness.integer("ZCARD", harness.key("dead", of: .email)) == 10_000)
            #expect(try await harness.integer("HLEN", harness.key("graves", of: .email)) == 10_000)
        }
    }
}
