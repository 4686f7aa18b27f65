import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("Retrying jobs", .database)
struct RetryingTests {
    @Test func `a dead one runs again with all its attempts`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            let isBroken = Atomic(true)
            _ = try await harness.consume { _, context in
                attempts.add(context.attempt)
                if isBroken.load(ordering: .relaxed) { throw JobError.permanent(reason: "broken") }
                return .finished
            }
            let name = try await harness.enqueue(0..<1)[0].id.description
            try await harness.until { try await harness.rows("dead") == 1 }
            isBroken.store(false, ordering: .relaxed)
            // It may still be held by the worker whose last word is on its way.
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 0 }
            #expect(try await harness.inspector.retry([name])[name] == .done)
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(attempts.all == [0, 0])
            #expect(try await harness.inspector.retry([name])[name] == .unknown)
        }
    }

    @Test func `its history has the retry`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.writeDead(1)
            let name = try #require(await harness.inspector.jobs(of: TestJob.queue, .dead).first).id
            #expect(try await harness.inspector.retry([name, name])[name] == .done)
            let row = try #require(await harness.inspector.find(name).row)
            #expect((row.state, row.attempt, row.error) == ("queued", 0, nil))
            #expect(row.endedAt == nil)
            #expect(row.keepUntil == nil)
            #expect(String(decoding: row.history, as: UTF8.self).contains(#""event": "retried""#))
            #expect(try await harness.inspector.find(name).history?.place == "ready")
            #expect(try await harness.inspector.retry([name])[name] == .refused(place: "queued"))
        }
    }

    @Test(arguments: [0, 30_000])
    func `a cancelled one runs once, also when its id still stood in a list`(others: Int) async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            // Too many to be searched.
            for _ in 0..<(others / 1_000) {
                _ = try await harness.redis.command(
                    ["LPUSH", harness.key("ready")] + Array(repeating: "!", count: 1_000))
            }
            let name = try await harness.enqueue(0..<1)[0].id.description
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 1 }
            #expect(try await harness.inspector.cancel([name])[name] == .done)
            #expect(try await harness.rows("cancelled") == 1)
            #expect(try await harness.inspector.retry([name])[name] == .done)
            // As if the others had been taken.
            _ = try await harness.redis.command(["LTRIM", harness.key("ready"), 0, 1])
            let gate = Gate()
            for _ in 0..<2 {
                _ = try await harness.consume(slots: 1) { job, _ in
                    tally.add(job.number)
                    await gate.pass()
                    return .finished
                }
            }
            try await harness.until { try await harness.overview().queued == 0 && tally.all == [0] }
            #expect(try await harness.overview().running == 1)
            gate.open()
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all == [0])
        }
    }

    @Test func `ten thousand dead ones are retried in bounded calls`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.writeDead(10_000)
            let steps = RecordedNumbers()
            let retried = try await harness.inspector.retryAll(of: TestJob.queue) { done, total in
                #expect(total == 10_000)
                steps.add(done)
            }
            #expect(retried == 10_000)
            #expect(steps.all.count >= 10)
            #expect(zip(steps.all, steps.all.dropFirst()).allSatisfy { (0...1_000).contains($1 - $0) })
            #expect(try await harness.rows("queued") == 10_000)
            #expect(try await harness.redis.command(["LLEN", harness.key("ready")]).integer == 10_000)
            let tally = RecordedNumbers()
            _ = try await harness.consume(slots: 64) { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all.sorted() == Array(1...10_000))
        }
    }

    @Test func `jobs that are dead-lettered again at once are retried once`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            try await harness.writeDead(2_500)
            _ = try await harness.consume(slots: 64) { job, _ in
                tally.add(job.number)
                throw JobError.permanent(reason: "still broken")
            }
            #expect(try await harness.inspector.retryAll(of: TestJob.queue) == 2_500)
            try await harness.until { try await harness.rows("dead") == 2_500 }
            #expect(tally.all.sorted() == Array(1...2_500))
        }
    }

    @Test func `a dead letter without a row runs again, too`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let isBroken = Atomic(true)
            let consumer = try await harness.consume(SingleAttemptEphemeralJob.self) { job, _ in
                if isBroken.load(ordering: .relaxed) { throw JobError.permanent(reason: "broken") }
                tally.add(job.number)
                return .finished
            }
            for number in 0..<20 { try harness.producer.send(SingleAttemptEphemeralJob(number: number)) }
            try await harness.until { try await harness.overview().deadLetters == 20 }
            isBroken.store(false, ordering: .relaxed)
            let name = try #require(await harness.inspector.jobs(of: TestJob.queue, .dead).first).id
            #expect(try await harness.inspector.retry([name])[name] == .done)
            #expect(try await harness.inspector.retryAll(of: TestJob.queue) == 19)
            try await harness.until { tally.all.sorted() == Array(0..<20) }
            #expect(try await harness.overview().deadLetters == 0)
            await consumer.stop()
        }
    }
}
