import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("The overview of a queue", .database)
struct OverviewTests {
    private struct TestFailure: Error {}

    @Test func `counts queued jobs by priority, and delayed ones`() async throws {
        try await JobTestHarness.open { harness in
            #expect(try await harness.inspector.overviews().map(\.queue) == QueueName.allCases)
            _ = try await harness.enqueue(0..<3)
            _ = try await harness.enqueue([HighPriorityJob(number: 1), HighPriorityJob(number: 2)])
            _ = try await harness.enqueue(TestJob(number: 9), after: .seconds(60))
            try await harness.until { try await harness.overview().queued + harness.overview().delayed == 6 }
            let overview = try await harness.overview()
            #expect((overview.high, overview.normal, overview.low) == (2, 3, 0))
            #expect((overview.delayed, overview.running, overview.parked, overview.workers) == (1, 0, 0, 0))
            #expect(!overview.isPaused)
            #expect(overview.kinds.isEmpty)
            let other = try #require(await harness.inspector.overviews(of: [.images]).first)
            #expect((other.queued, other.delayed) == (0, 0))
        }
    }

    @Test func `does not count the wake-up of workers as a job`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.enqueue([HighPriorityJob(number: 1)])
            try await harness.until { try await harness.overview().high == 1 }
            #expect(try await harness.redis.command(["LLEN", harness.key("ready")]).integer == 1)
            #expect(try await harness.overview().normal == 0)
            _ = try await harness.enqueue(0..<2)
            try await harness.until { try await harness.overview().normal == 2 }
        }
    }

    @Test func `separates running jobs from parked ones`() async throws {
        try await JobTestHarness.open { harness in
            let gate = Gate()
            _ = try await harness.consume(OneAtATimeJob.self, slots: 4) { _, _ in
                await gate.pass()
                return .finished
            }
            _ = try await harness.enqueue((0..<5).map(OneAtATimeJob.init))
            try await harness.until {
                let overview = try await harness.overview()
                return (overview.running, overview.parked, overview.queued) == (1, 4, 0)
            }
            #expect(try await harness.overview().workers == 1)
            gate.open()
            try await harness.until { try await harness.rows("queued") == 0 }
            try await harness.until { try await harness.overview().running == 0 }
            #expect(try await harness.overview().parked == 0)
        }
    }

    @Test func `has the age of the oldest runnable job`() async throws {
        try await JobTestHarness.open { harness in
            #expect(try await harness.overview().oldestMilliseconds == 0)
            let job = try await harness.enqueue(0..<1, pushing: false)[0]
            let minuteAgo = Timestamp.now.unixMilliseconds - 60_000
            let envelope = Envelope(
                id: job.id, kind: TestJob.kind, trace: nil, enqueuedAt: minuteAgo, args: Array(#"{"number":1}"#.utf8))
            _ = try await harness.redis.command([
                "HSET", harness.key("jobs"), RedisArgument(job.id.description), RedisArgument(envelope.json),
            ])
            _ = try await harness.redis.command(["RPUSH", harness.key("ready"), RedisArgument(job.id.description)])
            #expect((60_000..<90_000).contains(try await harness.overview().oldestMilliseconds))
            // What may run only later does not wait.
            _ = try await harness.redis.command(["DEL", harness.key("ready")])
            _ = try await harness.enqueue(TestJob(number: 9), after: .seconds(600))
            try await harness.until { try await harness.overview().delayed == 1 }
            #expect(try await harness.overview().oldestMilliseconds == 0)
        }
    }

    @Test func `has the counts of the workers by kind, also of their last second`() async throws {
        try await JobTestHarness.open { harness in
            let loop = harness.loop
            let consumer = try await harness.consume { job, context in
                if job.number == 0 { throw JobError.permanent(reason: "never") }
                if job.number == 1, context.attempt == 0 { throw TestFailure() }
                try await loop.sleep(for: .milliseconds(20))
                return .finished
            }
            _ = try await harness.enqueue(0..<5)
            try await harness.until { try await harness.rows("queued") == 0 }
            await consumer.stop()
            let kind = try #require(await harness.overview().kinds.first)
            #expect((kind.kind, kind.done, kind.failed, kind.dead) == ("test-job", 4, 2, 1))
            #expect((0.02..<0.5).contains(kind.meanRunSeconds))
            // The time until a failed job is due again is no waiting.
            #expect(kind.meanWaitSeconds < 0.5)
            #expect(try await harness.inspector.retained()[TestJob.queue]?.dead == 1)
            #expect(try await harness.inspector.retained(countingTo: 0)[TestJob.queue]?.dead == 0)
        }
    }

    @Test func `has the rate of the last whole minute`() async throws {
        try await JobTestHarness.open { harness in
            let time = try await harness.redis.command(["TIME"]).array?.first?.integer ?? 0
            // Whichever minute it is when the script looks.
            for minute in [time / 60 - 1, time / 60] {
                _ = try await harness.redis.command(["SET", harness.key("done:\(minute)"), 180])
            }
            #expect(try await harness.overview().perSecond == 3)
        }
    }

    @Test func `is also Prometheus text`() async throws {
        try await JobTestHarness.open { harness in
            let consumer = try await harness.consume { _, _ in .finished }
            _ = try await harness.enqueue(0..<2)
            try await harness.until { try await harness.rows("queued") == 0 }
            await consumer.stop()
            try await harness.writeDead(3)
            try await harness.inspector.pause(TestJob.queue)
            let text = await QueueMetrics(harness.inspector, on: harness.loop).text()
            let lines = Set(text.split(separator: "\n").map(String.init))
            #expect(lines.contains("# TYPE jobs_queued gauge"))
            #expect(lines.contains(#"jobs_queued{queue="email",priority="normal"} 0"#))
            #expect(lines.contains(#"jobs_succeeded_total{queue="email",kind="test-job"} 2"#))
            #expect(lines.contains(#"jobs_dead_lettered{queue="email"} 3"#))
            #expect(lines.contains(#"jobs_dead_lettered{queue="images"} 0"#))
            #expect(lines.contains(#"queue_paused{queue="email"} 1"#))
            #expect(lines.contains(#"queue_workers{queue="images"} 0"#))
        }
    }
}
