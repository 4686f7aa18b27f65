import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("The overview of a queue", .database)
struct OverviewTests {
    private struct Unlucky: Error {}

    @Test func `counts what waits, by priority, and what is for later`() async throws {
        try await JobHarness.open { shop in
            #expect(try await shop.inspector.overviews().map(\.queue) == QueueName.allCases)
            _ = try await shop.outboxJob(0..<3)
            _ = try await shop.outboxJob([UrgentNote(number: 1), UrgentNote(number: 2)])
            _ = try await shop.outboxJob(Note(number: 9), after: .seconds(60))
            try await shop.until { try await shop.overview().queued + shop.overview().delayed == 6 }
            let overview = try await shop.overview()
            #expect((overview.high, overview.normal, overview.low) == (2, 3, 0))
            #expect((overview.delayed, overview.running, overview.parked, overview.workers) == (1, 0, 0, 0))
            #expect(!overview.isPaused)
            #expect(overview.kinds.isEmpty)
            let other = try #require(await shop.inspector.overviews(of: [.images]).first)
            #expect((other.queued, other.delayed) == (0, 0))
        }
    }

    @Test func `does not take the sign that wakes workers for a job`() async throws {
        try await JobHarness.open { shop in
            _ = try await shop.outboxJob([UrgentNote(number: 1)])
            try await shop.until { try await shop.overview().high == 1 }
            #expect(try await shop.redis.command(["LLEN", shop.key("ready")]).integer == 1)
            #expect(try await shop.overview().normal == 0)
            _ = try await shop.outboxJob(0..<2)
            try await shop.until { try await shop.overview().normal == 2 }
        }
    }

    @Test func `tells who runs from who is kept waiting by a limit`() async throws {
        try await JobHarness.open { shop in
            let gate = Gate()
            _ = try await shop.consume(LonelyNote.self, slots: 4) { _, _ in
                await gate.pass()
                return .finished
            }
            _ = try await shop.outboxJob((0..<5).map(LonelyNote.init))
            try await shop.until {
                let overview = try await shop.overview()
                return (overview.running, overview.parked, overview.queued) == (1, 4, 0)
            }
            #expect(try await shop.overview().workers == 1)
            gate.open()
            try await shop.until { try await shop.rows("queued") == 0 }
            try await shop.until { try await shop.overview().running == 0 }
            #expect(try await shop.overview().parked == 0)
        }
    }

    @Test func `says how long the oldest waits that could run`() async throws {
        try await JobHarness.open { shop in
            #expect(try await shop.overview().oldestMilliseconds == 0)
            let job = try await shop.outboxJob(0..<1, pushing: false)[0]
            let minuteAgo = Timestamp.now.unixMilliseconds - 60_000
            let envelope = Envelope(
                id: job.id, kind: Note.kind, trace: nil, enqueuedAt: minuteAgo, args: Array(#"{"number":1}"#.utf8))
            _ = try await shop.redis.command([
                "HSET", shop.key("jobs"), RedisArgument(job.id.description), RedisArgument(envelope.json),
            ])
            _ = try await shop.redis.command(["RPUSH", shop.key("ready"), RedisArgument(job.id.description)])
            #expect((60_000..<90_000).contains(try await shop.overview().oldestMilliseconds))
            // What may run only later does not wait.
            _ = try await shop.redis.command(["DEL", shop.key("ready")])
            _ = try await shop.outboxJob(Note(number: 9), after: .seconds(600))
            try await shop.until { try await shop.overview().delayed == 1 }
            #expect(try await shop.overview().oldestMilliseconds == 0)
        }
    }

    @Test func `has what the workers did, by kind, also of their last second`() async throws {
        try await JobHarness.open { shop in
            let loop = shop.loop
            let consumer = try await shop.consume { note, context in
                if note.number == 0 { throw JobError.permanent(reason: "never") }
                if note.number == 1, context.attempt == 0 { throw Unlucky() }
                try await loop.sleep(for: .milliseconds(20))
                return .finished
            }
            _ = try await shop.outboxJob(0..<5)
            try await shop.until { try await shop.rows("queued") == 0 }
            await consumer.stop()
            let kind = try #require(await shop.overview().kinds.first)
            #expect((kind.kind, kind.done, kind.failed, kind.dead) == ("note", 4, 2, 1))
            #expect((0.02..<0.5).contains(kind.meanRunSeconds))
            // The time until a failed job is due again is no waiting.
            #expect(kind.meanWaitSeconds < 0.5)
            #expect(try await shop.inspector.kept()[Note.queue]?.dead == 1)
            #expect(try await shop.inspector.kept(countingTo: 0)[Note.queue]?.dead == 0)
        }
    }

    @Test func `has the rate of the last whole minute`() async throws {
        try await JobHarness.open { shop in
            let time = try await shop.redis.command(["TIME"]).array?.first?.integer ?? 0
            // Whichever minute it is when the script looks.
            for minute in [time / 60 - 1, time / 60] {
                _ = try await shop.redis.command(["SET", shop.key("done:\(minute)"), 180])
            }
            #expect(try await shop.overview().perSecond == 3)
        }
    }

    @Test func `is also Prometheus text`() async throws {
        try await JobHarness.open { shop in
            let consumer = try await shop.consume { _, _ in .finished }
            _ = try await shop.outboxJob(0..<2)
            try await shop.until { try await shop.rows("queued") == 0 }
            await consumer.stop()
            try await shop.writeDead(3)
            try await shop.inspector.pause(Note.queue)
            let text = await QueueMetrics(shop.inspector, on: shop.loop).text()
            let lines = Set(text.split(separator: "\n").map(String.init))
            #expect(lines.contains("# TYPE jobs_queued gauge"))
            #expect(lines.contains(#"jobs_queued{queue="email",priority="normal"} 0"#))
            #expect(lines.contains(#"jobs_done_total{queue="email",kind="note"} 2"#))
            #expect(lines.contains(#"jobs_dead{queue="email"} 3"#))
            #expect(lines.contains(#"jobs_dead{queue="images"} 0"#))
            #expect(lines.contains(#"queue_paused{queue="email"} 1"#))
            #expect(lines.contains(#"queue_workers{queue="images"} 0"#))
        }
    }
}
