import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Deleting jobs", .database)
struct DeletingTests {
    @Test func `leaves nothing of them, in any place`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            try await harness.writeDead(1)
            let dead = try #require(await harness.inspector.jobs(of: TestJob.queue, .dead).first).id
            let names = try await harness.enqueue(0..<2).map(\.id.description)
            try await harness.until { try await harness.overview().queued == 2 }
            let outcomes = try await harness.inspector.delete([dead, names[0]])
            #expect([outcomes[dead], outcomes[names[0]]] == [.done, .done])
            #expect(try await harness.inspector.find(names[0]).row == nil)
            #expect(try await harness.inspector.find(names[0]).history == nil)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all == [1])
            #expect(try await harness.rows("dead") == 0)
        }
    }

    @Test func `deletes all dead ones of a queue in bounded calls, and no others`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.writeDead(3_500)
            _ = try await harness.enqueue(0..<2)
            let steps = RecordedNumbers()
            #expect(try await harness.inspector.deleteAll(of: .images, .dead) == 0)
            #expect(
                try await harness.inspector.deleteAll(of: TestJob.queue, .dead) { done, _ in steps.add(done) } == 3_500)
            #expect(steps.all.count >= 4)
            #expect(zip(steps.all, steps.all.dropFirst()).allSatisfy { (0...1_000).contains($1 - $0) })
            #expect(try await harness.rows("dead") == 0)
            #expect(try await harness.rows("queued") == 2)
        }
    }

    @Test func `deletes all queued ones, but not running ones`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let gate = Gate()
            _ = try await harness.consume(slots: 1) { job, _ in
                tally.add(job.number)
                await gate.pass()
                return .finished
            }
            _ = try await harness.enqueue(0..<1)
            try await harness.until { tally.all == [0] }
            _ = try await harness.enqueue(1..<1_500)
            for number in 0..<5 { try harness.producer.send(SingleAttemptEphemeralJob(number: number)) }
            _ = try await harness.enqueue(TestJob(number: 9), after: .seconds(60))
            try await harness.until { try await harness.overview().queued == 1_504 }
            #expect(try await harness.inspector.deleteAll(of: TestJob.queue, .queued) == 1_504)
            #expect(try await harness.overview().queued == 0)
            #expect(try await harness.overview().delayed == 1)
            #expect(try await harness.inspector.deleteAll(of: TestJob.queue, .delayed) == 1)
            gate.open()
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all == [0])
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 0 }
        }
    }

    @Test func `the last one of a batch completes the batch`() async throws {
        try await JobTestHarness.open { harness in
            let batch = try harness.producer.outboxBatch(of: [TestJob(number: 1)], then: TestJob(number: 9), trace: nil)
            for job in batch { try await harness.write(job) }
            let name = batch[1].id.description
            #expect(try await harness.inspector.delete([name])[name] == .done)
            #expect(try await harness.rows("waiting") == 0)
            #expect(try await harness.inspector.find(batch[0].id.description).history?.place == "ready")
        }
    }

    @Test func `deletes dead letters without a row, too`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(SingleAttemptEphemeralJob.self) { _, _ in
                throw JobError.permanent(reason: "never")
            }
            for number in 0..<5 { try harness.producer.send(SingleAttemptEphemeralJob(number: number)) }
            try await harness.until { try await harness.overview().deadLetters == 5 }
            #expect(try await harness.inspector.deleteAll(of: TestJob.queue, .dead) == 5)
            #expect(
                try await harness.redis.command(["EXISTS", harness.key("graves"), harness.key("dead")]).integer == 0)
        }
    }
}
