import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Synchronization
import TestSupport
import Testing

@Suite("No enqueued job is lost", .database)
struct RecoveryTests {
    @Test func `a row that was never pushed is found by the sweep`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            _ = try await harness.enqueue(0..<30, pushing: false)
            try await harness.age()
            let sweep = OutboxSweep(database: harness.database, redis: harness.redis)
            #expect(try await sweep.run() == 30)
            #expect(try await sweep.run() == 0)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all.sorted() == Array(0..<30))
        }
    }

    @Test func `more rows than a page are all found`() async throws {
        try await JobTestHarness.open { harness in
            try await harness.writeMany(1_203)
            let sweep = OutboxSweep(database: harness.database, redis: harness.redis)
            #expect(try await sweep.run() == 1_203)
            #expect(try await harness.redis.command(["LLEN", harness.key("ready")]).integer == 1_203)
        }
    }

    @Test func `rows that come due by a jump of PostgreSQL's clock are found by the next sweep`() async throws {
        try await JobTestHarness.open { harness in
            let clock = Mutex(1_000_000)
            let sweep = OutboxSweep(database: harness.database, redis: harness.redis) { _ in clock.withLock { $0 } }
            #expect(try await sweep.run() == 0)
            _ = try await harness.enqueue(0..<3, pushing: false)
            // As if the clock had been set forward by an hour, over the due time of the rows.
            _ = try await harness.database.write(Self.makeDueLongAgo)
            clock.withLock { $0 += 3_600 }
            #expect(try await sweep.run() == 3)
        }
    }

    @Test func `a job that Redis delays longer than its row runs, unless the copy itself is due later`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let late = try await harness.enqueue(TestJob(number: 1), after: .seconds(30))
            // A retry whose row could not be written is due later than its row.
            let retry = try await harness.enqueue(TestJob(number: 2), after: .seconds(600))
            let isDelayed = { @Sendable (job: OutboxJob) in
                try await harness.redis.command([
                    "ZSCORE", harness.key("delayed"), RedisArgument(job.id.description),
                ]).text != nil
            }
            for job in [late, retry] { try await harness.until { try await isDelayed(job) } }
            // Redis's clock is set back by an hour, PostgreSQL's comes to the due time of the rows.
            for job in [late, retry] {
                _ = try await harness.redis.command([
                    "ZINCRBY", harness.key("delayed"), 3_600_000, RedisArgument(job.id.description),
                ])
            }
            _ = try await harness.database.write(Self.makeDue)
            _ = try await harness.sweep().run()
            #expect(try await !isDelayed(late))
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { tally.all == [1] }
            #expect(try await isDelayed(retry))
        }
    }

    private static let makeDue = Statement(
        "test_make_due", "UPDATE outbox SET run_at = now() - interval '10 seconds'")

    private static let makeDueLongAgo = Statement(
        "test_make_due_long_ago", "UPDATE outbox SET run_at = now() - interval '50 minutes'")

    @Test func `a job whose row is gone is not run again`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let job = try harness.producer.outboxJob(TestJob(number: 1), trace: nil)
            harness.producer.push(job)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            _ = try await harness.enqueue(2..<3)
            try await harness.until { tally.all == [2] }
            try await harness.until { try await harness.redis.command(["EXISTS", harness.key("jobs")]).integer == 0 }
            #expect(tally.all == [2])
        }
    }

    @Test func `the jobs of a worker whose lease expired go to another, with one crash counted`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let jobs = try await harness.enqueue(0..<3, pushing: false)
            // What a worker that died leaves: two jobs in hand, one handed over, a lease in the past.
            let redis = harness.redis
            for job in jobs {
                _ = try await redis.command([
                    "HSET", harness.key("jobs"), RedisArgument(job.id.description), RedisArgument(Envelope(job).json),
                ])
            }
            for job in jobs.prefix(2) {
                _ = try await redis.command([
                    "HSET", harness.key("running:gone:1:2"), RedisArgument(job.id.description), 1,
                ])
            }
            _ = try await redis.command([
                "LPUSH", harness.key("handoff:gone:1:2"), RedisArgument(jobs[2].id.description),
            ])
            _ = try await redis.command(["ZADD", harness.key("workers"), 1, "gone:1:2"])
            let reaper = LeaseReaper(QueueKeys(TestJob.queue.rawValue, in: redis), redis)
            #expect(try await reaper.reap() == 3)
            #expect(try await redis.command(["HLEN", harness.key("crashes")]).integer == 2)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(tally.all.sorted() == [0, 1, 2])
            try await harness.until { try await redis.command(["EXISTS", harness.key("crashes")]).integer == 0 }
        }
    }

    @Test func `a job that was running when three workers died is dead-lettered, not run`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            let jobs = try await harness.enqueue(0..<1, pushing: false)
            _ = try await harness.redis.command([
                "HSET", harness.key("crashes"), RedisArgument(jobs[0].id.description), 3,
            ])
            jobs.forEach(harness.producer.push)
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(tally.all.isEmpty)
            #expect(try await harness.deadError().contains("3 workers died"))
        }
    }

    @Test func `a consumer whose registration is lost registers again and continues`() async throws {
        try await JobTestHarness.open { harness in
            let tally = RecordedNumbers()
            _ = try await harness.consume { job, _ in
                tally.add(job.number)
                return .finished
            }
            _ = try await harness.enqueue(0..<1)
            try await harness.until { tally.all == [0] }
            _ = try await harness.redis.command([
                "DEL", harness.key("workers"), harness.key("jobs"), harness.key("ready"),
            ])
            _ = try await harness.enqueue(1..<2)
            try await harness.until { tally.all == [0, 1] }
            #expect(try await harness.redis.command(["ZCARD", harness.key("workers")]).integer == 1)
        }
    }

    @Test func `a job that Redis knows and no worker holds is found`() async throws {
        try await JobTestHarness.open { harness in
            let sweep = OutboxSweep(database: harness.database, redis: harness.redis)
            #expect(try await sweep.run() == 0)
            let jobs = try await harness.enqueue(0..<4, pushing: false)
            try await harness.age()
            let redis = harness.redis
            for job in jobs {
                let id = RedisArgument(job.id.description)
                _ = try await redis.command(["HSET", harness.key("jobs"), id, RedisArgument(Envelope(job).json)])
            }
            // One waits, one is delayed, one is running; the last is held by an unknown worker.
            let ids = jobs.map { RedisArgument($0.id.description) }
            _ = try await redis.command(["LPUSH", harness.key("ready"), ids[0]])
            _ = try await redis.command(["ZADD", harness.key("delayed"), 1, ids[1]])
            _ = try await redis.command(["ZADD", harness.key("workers"), 9_999_999_999_999, "here:1:2"])
            _ = try await redis.command(["HSET", harness.key("running:here:1:2"), ids[2], 1])
            _ = try await redis.command(["LPUSH", harness.key("handoff:unknown:1:2"), ids[3]])
            #expect(try await sweep.run() == 0)
            let orphans = OrphanSearch(database: harness.database, redis: redis, dueForSeconds: 30)
            #expect(try await orphans.run() == 1)
            #expect(try await orphans.run() == 0)
            #expect(try await redis.command(["LPOS", harness.key("ready:high"), ids[3]]).integer == 0)
        }
    }

    @Test func `an effect that is recorded with its job happens once, also when two workers run it`() async throws {
        try await JobTestHarness.open { harness in
            let database = harness.database
            _ = try await database.write(Statement("make", "CREATE TABLE handled (number int)"), [])
            let effect = Statement(
                "effect",
                "WITH mine AS (SELECT finish_job($1) AS id) INSERT INTO handled SELECT 1 FROM mine WHERE id IS NOT NULL"
            )
            let jobs = try await harness.enqueue(0..<20, pushing: false)
            // The same statement twice for each job, as two workers would that both believe to hold it.
            for job in jobs + jobs {
                _ = try await database.write(effect, [.uuid(job.id.identifier.high, job.id.identifier.low)])
            }
            var row = try await database.read(Statement("handled", "SELECT count(*) FROM handled"), [])[0]
            #expect(try row.int() == 20)
        }
    }

    @Test func `a job over the limit is refused before anything is written`() async throws {
        try await JobTestHarness.open { harness in
            let fits = SendWelcome(email: String(repeating: "a", count: 65_000), name: "")
            _ = try harness.producer.outboxJob(fits, trace: nil)
            #expect(throws: JobTooLarge.self) {
                try harness.producer.outboxJob(
                    SendWelcome(email: String(repeating: "a", count: 65_536), name: ""), trace: nil)
            }
        }
    }
}
