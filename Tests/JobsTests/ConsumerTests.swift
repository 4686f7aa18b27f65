import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("A consumer", .database)
struct ConsumerTests {
    private struct TestFailure: Error {}

    @Test func `runs every enqueued job once and leaves nothing behind`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            _ = try await harness.enqueue(0..<200)
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all.sorted() == Array(0..<200))
            try await harness.until {
                try await harness.redis.command(["EXISTS", harness.key("jobs"), harness.key("ready")]).integer == 0
            }
        }
    }

    @Test func `claims jobs in the order in which they were enqueued`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            _ = try await harness.enqueue(0..<50)
            _ = try await harness.consume(slots: 1) { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { tally.all.count == 50 }
            #expect(tally.all == Array(0..<50))
        }
    }

    @Test func `queues an id once however often it is pushed`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let jobs = try await harness.enqueue(0..<1)
            for _ in 0..<20 { jobs.forEach(harness.producer.push) }
            try await harness.until { try await harness.redis.command(["LLEN", harness.key("ready")]).integer == 1 }
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            jobs.forEach(harness.producer.push)
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 0 }
            #expect(tally.all == [0])
        }
    }

    @Test func `a handler that ends the row itself has its effect once, without a look at the row before`()
        async throws
    {
        try await JobTestHarness.open { harness in
            let runs = RecordedNumbers()
            let handler = JobHandler(TestJob.self, checksRow: false) { _, context in
                runs.add(try await harness.finish(context.id) ? 1 : 0)
                return .recorded
            }
            let ended = try await harness.enqueue(0..<1, pushing: false)
            try await harness.finish(ended[0].id)
            ended.forEach(harness.producer.push)
            _ = try await harness.enqueue(1..<20)
            _ = try await harness.consume([handler])
            try await harness.until { runs.count == 20 }
            #expect(runs.all.filter { $0 == 1 }.count == 19)
            try await harness.until {
                try await harness.redis.command(["EXISTS", harness.key("jobs"), harness.key("ready")]).integer == 0
            }
        }
    }

    @Test func `tries a failed job again and counts the attempts`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            _ = try await harness.consume { _, context in
                attempts.add(context.attempt)
                if context.attempt == 0 { throw TestFailure() }
                return .finished
            }
            _ = try await harness.enqueue(0..<1)
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(attempts.all == [0, 1])
        }
    }

    @Test func `keeps a job dead with its error when the last attempt fails`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            _ = try await harness.consume { _, context in
                attempts.add(context.isLastAttempt ? 1 : 0)
                throw TestFailure()
            }
            _ = try await harness.enqueue(0..<1)
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(attempts.all == [0, 0, 1])
            #expect(try await harness.deadError().contains("TestFailure"))
        }
    }

    @Test func `does not try a permanent failure again`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            _ = try await harness.consume { job, _ in
                attempts.add(job.number)
                throw JobError.permanent(reason: "no such thing")
            }
            _ = try await harness.enqueue(0..<1)
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(attempts.all == [0])
            #expect(try await harness.deadError() == "no such thing")
        }
    }

    @Test func `dead-letters an unknown kind after an hour, with the reason`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume { _, _ in .finished }
            let job = OutboxJob(
                id: JobID(unixMilliseconds: 1), queue: TestJob.queue.rawValue, kind: "from-the-future", payload: "{}")
            try await harness.write(job)
            try await harness.makeOld()
            harness.producer.push(job)
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(try await harness.deadError().contains("from-the-future"))
        }
    }

    @Test func `dead-letters a job whose payload cannot be decoded, with its bytes`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume { _, _ in .finished }
            let job = OutboxJob(
                id: JobID(unixMilliseconds: 2), queue: TestJob.queue.rawValue, kind: TestJob.kind,
                payload: #"{"number":"seven"}"#)
            try await harness.write(job)
            harness.producer.push(job)
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(try await harness.deadError().contains("seven"))
        }
    }

    @Test func `drops garbage in the list and continues`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            _ = try await harness.redis.command(["LPUSH", harness.key("ready"), "garbage", ""])
            _ = try await harness.redis.command(["HSET", harness.key("jobs"), "garbage", "{"])
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            _ = try await harness.enqueue(7..<8)
            try await harness.until { tally.all == [7] }
        }
    }

    @Test func `runs no more jobs at the same time than it has slots`() async throws {
        try await JobTestHarness.open { harness in
            let running = Atomic<Int>(0)
            let most = Atomic<Int>(0)
            let loop = harness.loop
            _ = try await harness.consume(slots: 3) { _, _ in
                most.max(running.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                try await loop.sleep(for: .milliseconds(5))
                running.subtract(1, ordering: .relaxed)
                return .finished
            }
            _ = try await harness.enqueue(0..<60)
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(most.load(ordering: .relaxed) == 3)
        }
    }

    @Test func `that stops hands back what it has not finished, without using up an attempt`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            let begun = RecordedNumbers()
            let loop = harness.loop
            let first = try await harness.consume(slots: 1) { job, _ in
                begun.add(job.number)
                try await loop.sleep(for: .milliseconds(50))
                return .finished
            }
            _ = try await harness.enqueue(0..<5)
            try await harness.until { !begun.all.isEmpty }
            await first.stop()
            let left = try await harness.rows("queued")
            #expect(left >= 3)
            _ = try await harness.consume { _, context in
                attempts.add(context.attempt)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(attempts.all == Array(repeating: 0, count: left))
        }
    }

    @Test func `cancels an attempt that takes longer than its kind may`() async throws {
        try await JobTestHarness.open { harness in
            let ends = RecordedNumbers()
            let loop = harness.loop
            _ = try await harness.consume(ShortTimeoutJob.self) { _, context in
                do {
                    try await loop.sleep(for: .seconds(60))
                } catch {
                    ends.add(context.attempt)
                    throw error
                }
                return .finished
            }
            _ = try await harness.enqueue([ShortTimeoutJob()])
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(ends.all == [0, 1])
        }
    }

    @Test func `calls the dead-letter handler before it dead-letters a job`() async throws {
        try await JobTestHarness.open { harness in
            let deadLettered = RecordedNumbers()
            _ = try await harness.consume(
                TestJob.self, { _, _ in throw JobError.permanent(reason: "never") },
                onDeadLetter: { deadLettered.add($0.number) })
            _ = try await harness.enqueue(5..<6)
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(deadLettered.all == [5])
        }
    }
}
