import Chassis
import Domain
import Jobs
import Redis
import TestSupport
import Testing

@Suite("Cancelling jobs", .database)
struct CancellingTests {
    @Test func `a queued one never runs`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let names = try await harness.enqueue(0..<3).map(\.id.description)
            let later = try await harness.enqueue(TestJob(number: 9), after: .seconds(60)).id.description
            try await harness.until { try await harness.overview().queued + harness.overview().delayed == 4 }
            let outcomes = try await harness.inspector.cancel([names[1], later])
            #expect([outcomes[names[1]], outcomes[later]] == [.done, .done])
            #expect((try await harness.overview().queued, try await harness.overview().delayed) == (2, 0))
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all == [0, 2])
            let row = try #require(await harness.inspector.find(names[1]).row)
            #expect(row.state == "cancelled")
            #expect(row.keepUntil != nil)
            #expect(String(decoding: row.history, as: UTF8.self).contains(#""event": "cancelled""#))
            #expect(try await harness.inspector.cancel([names[1]])[names[1]] == .done)
            #expect(try await harness.inspector.cancel([names[0]])[names[0]] == .unknown)
        }
    }

    @Test func `a running one is interrupted and does not run again`() async throws {
        try await JobTestHarness.open { harness in
            let begun = RecordedNumbers()
            let interrupted = RecordedNumbers()
            let loop = harness.loop
            let consumer = try await harness.consume(slots: 1) { job, _ in
                begun.add(job.number)
                guard job.number == 0 else { return .finished }
                do {
                    try await loop.sleep(for: .seconds(25))
                } catch {
                    interrupted.add(job.number)
                    throw error
                }
                return .finished
            }
            try await harness.withHeartbeat(of: consumer) {
                let name = try await harness.enqueue(0..<2)[0].id.description
                try await harness.until { begun.all == [0] }
                #expect(try await harness.inspector.cancel([name])[name] == .interrupting)
                try await harness.until { interrupted.all == [0] }
                // Its place is free.
                try await harness.until { begun.all == [0, 1] }
                try await harness.until {
                    try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 0
                }
                _ = try await OutboxSweep(database: harness.database, redis: harness.redis).run()
                #expect(try await harness.inspector.find(name).row?.state == "cancelled")
                #expect(try await harness.inspector.find(name).history == nil)
                #expect(begun.all == [0, 1])
            }
        }
    }

    @Test func `one that fails finally before the interruption stays cancelled`() async throws {
        try await JobTestHarness.open { harness in
            let gate = Gate()
            let deadLettered = RecordedNumbers()
            let begun = RecordedNumbers()
            _ = try await harness.consume(
                TestJob.self,
                { job, _ in
                    begun.add(job.number)
                    await gate.pass()
                    throw JobError.permanent(reason: "never")
                }, onDeadLetter: { deadLettered.add($0.number) })
            let name = try await harness.enqueue(3..<4)[0].id.description
            try await harness.until { begun.all == [3] }
            #expect(try await harness.inspector.cancel([name])[name] == .interrupting)
            gate.open()
            try await harness.until { try await harness.overview().running == 0 }
            #expect(deadLettered.all.isEmpty)
            #expect(try await harness.overview().deadLetters == 0)
            #expect(try await harness.rows("cancelled") == 1)
        }
    }

    @Test func `a running one does not run again when its worker dies before the interruption`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let job = try await harness.enqueue(0..<1)[0]
            let name = job.id.description
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 1 }
            let fleeting = Envelope(job, isEphemeral: true)
            let other = JobID(unixMilliseconds: 1)
            let inline = Envelope(id: other, kind: TestJob.kind, trace: nil, isEphemeral: true, args: fleeting.args)
            // What a worker holds that dies soon: one with a row and one without.
            _ = try await harness.redis.command(["DEL", harness.key("ready")])
            _ = try await harness.redis.command(["ZADD", harness.key("workers"), 9_999_999_999_999, "gone:1:2"])
            _ = try await harness.redis.command([
                "HSET", harness.key("running:gone:1:2"), RedisArgument(name), "", RedisArgument(other.description),
                RedisArgument(inline.json),
            ])
            let outcomes = try await harness.inspector.cancel([name, other.description])
            #expect([outcomes[name], outcomes[other.description]] == [.interrupting, .interrupting])
            let reaper = LeaseReaper(QueueKeys(TestJob.queue.rawValue, in: harness.redis), harness.redis)
            #expect(try await reaper.reap(knownDead: ["gone:1:2"]) == 2)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            _ = try await harness.enqueue(7..<8)
            try await harness.until { try await harness.rows("queued") == 0 }
            try await harness.until {
                try await harness.redis.command(["EXISTS", harness.key("ready:high")]).integer == 0
            }
            #expect(tally.all == [7])
        }
    }

    @Test func `the last one of a batch completes the batch`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let batch = try harness.producer.outboxBatch(
                of: [TestJob(number: 1), TestJob(number: 2)], then: TestJob(number: 9), trace: nil)
            for job in batch {
                try await harness.write(job)
                harness.producer.push(job)
            }
            #expect(try await harness.rows("waiting") == 1)
            #expect(try await harness.inspector.retained()[TestJob.queue]?.waiting == 1)
            let members = batch.dropFirst().map(\.id.description)
            #expect(try await harness.inspector.cancel([members[0]])[members[0]] == .done)
            #expect(try await harness.rows("waiting") == 1)
            #expect(try await harness.inspector.cancel([members[1]])[members[1]] == .done)
            #expect(try await harness.rows("waiting") == 0)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all == [9])
        }
    }

    @Test func `a parked one leaves the list of its limit`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let gate = Gate()
            _ = try await harness.consume(OneAtATimeJob.self, slots: 4) { job, _ in
                await gate.pass()
                tally.add(job.number)
                return .finished
            }
            var names: [String] = []
            for number in 0..<3 {
                names.append(try await harness.enqueue([OneAtATimeJob(number: number)])[0].id.description)
            }
            try await harness.until { try await harness.overview().parked == 2 }
            #expect(try await harness.inspector.find(names[1]).history?.place == "parked")
            #expect(try await harness.inspector.cancel([names[1]])[names[1]] == .done)
            #expect(try await harness.overview().parked == 1)
            gate.open()
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all == [0, 2])
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("limits")]).integer == 0 }
        }
    }

    @Test func `one without a row never runs`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            for number in 0..<3 { try harness.producer.send(SingleAttemptEphemeralJob(number: number)) }
            try harness.producer.send(SingleAttemptEphemeralJob(number: 9), after: .seconds(60))
            try await harness.until { try await harness.overview().queued + harness.overview().delayed == 4 }
            let later = try #require(await harness.inspector.jobs(of: TestJob.queue, .delayed).first).id
            let first = try #require(await harness.inspector.jobs(of: TestJob.queue, .queued).first).id
            let outcomes = try await harness.inspector.cancel([first, later])
            #expect([outcomes[first], outcomes[later]] == [.done, .done])
            #expect((try await harness.overview().queued, try await harness.overview().delayed) == (2, 0))
            _ = try await harness.consume(SingleAttemptEphemeralJob.self) { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { tally.all.count == 2 }
            #expect(!tally.all.contains(9))
        }
    }

    @Test func `a suspect that waits to run alone never runs`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let gate = Gate()
            let jobs = try await harness.enqueue(0..<2, pushing: false)
            for job in jobs {
                _ = try await harness.redis.command([
                    "HSET", harness.key("crashes"), RedisArgument(job.id.description), 2,
                ])
            }
            let consumer = try await harness.consume(slots: 4) { job, _ in
                tally.add(job.number)
                await gate.pass()
                return .finished
            }
            try await harness.withHeartbeat(of: consumer) {
                for job in jobs { harness.producer.push(job) }
                try await harness.until { tally.all == [0] }
                let name = jobs[1].id.description
                try await harness.until { try await harness.inspector.find(name).history?.place == "running" }
                #expect(try await harness.inspector.cancel([name])[name] == .interrupting)
                gate.open()
                try await harness.until { try await harness.overview().running == 0 }
                #expect(tally.all == [0])
                #expect(try await harness.rows("cancelled") == 1)
            }
        }
    }
}
