import Chassis
import Domain
import Jobs
import Postgres
import Redis
import TestSupport
import Testing

@Suite("Nothing promised is lost", .database)
struct RecoveryTests {
    @Test func `a row that was never pushed is found by the sweep`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            _ = try await shop.outboxJob(0..<30, pushing: false)
            try await shop.age()
            let sweep = OutboxSweep(database: shop.database, redis: shop.redis)
            #expect(try await sweep.run() == 30)
            #expect(try await sweep.run() == 0)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all.sorted() == Array(0..<30))
        }
    }

    @Test func `more rows than a page are all found`() async throws {
        try await JobHarness.open { shop in
            try await shop.writeMany(1_203)
            let sweep = OutboxSweep(database: shop.database, redis: shop.redis)
            #expect(try await sweep.run() == 1_203)
            #expect(try await shop.redis.command(["LLEN", shop.key("ready")]).integer == 1_203)
        }
    }

    @Test func `a job whose row is gone is not run again`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let job = try shop.producer.outboxJob(Note(number: 1), trace: nil)
            shop.producer.push(job)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            _ = try await shop.outboxJob(2..<3)
            try await shop.until { tally.all == [2] }
            try await shop.until { try await shop.redis.command(["EXISTS", shop.key("jobs")]).integer == 0 }
            #expect(tally.all == [2])
        }
    }

    @Test func `the jobs of a worker whose lease ran out go to another, with one crash counted`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let jobs = try await shop.outboxJob(0..<3, pushing: false)
            // What a worker that died leaves: two jobs in hand, one handed over, a lease in the past.
            let redis = shop.redis
            for job in jobs {
                _ = try await redis.command([
                    "HSET", shop.key("jobs"), RedisArgument(job.id.description), RedisArgument(Envelope(job).json),
                ])
            }
            for job in jobs.prefix(2) {
                _ = try await redis.command([
                    "HSET", shop.key("running:gone:1:2"), RedisArgument(job.id.description), 1,
                ])
            }
            _ = try await redis.command([
                "LPUSH", shop.key("handoff:gone:1:2"), RedisArgument(jobs[2].id.description),
            ])
            _ = try await redis.command(["ZADD", shop.key("workers"), 1, "gone:1:2"])
            let rescue = LeaseReaper(QueueKeys(Note.queue.rawValue, in: redis), redis)
            #expect(try await rescue.reap() == 3)
            #expect(try await redis.command(["HLEN", shop.key("crashes")]).integer == 2)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("queued") == 0 }
            #expect(tally.all.sorted() == [0, 1, 2])
            try await shop.until { try await redis.command(["EXISTS", shop.key("crashes")]).integer == 0 }
        }
    }

    @Test func `a job that three workers died with is dead, and not run`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            let jobs = try await shop.outboxJob(0..<1, pushing: false)
            _ = try await shop.redis.command(["HSET", shop.key("crashes"), RedisArgument(jobs[0].id.description), 3])
            jobs.forEach(shop.producer.push)
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            try await shop.until { try await shop.rows("dead") == 1 }
            #expect(tally.all.isEmpty)
            #expect(try await shop.deadError().contains("3 workers died"))
        }
    }

    @Test func `a consumer that Redis forgot registers again and goes on`() async throws {
        try await JobHarness.open { shop in
            let tally = Tally()
            _ = try await shop.consume { note, _ in
                tally.add(note.number)
                return .finished
            }
            _ = try await shop.outboxJob(0..<1)
            try await shop.until { tally.all == [0] }
            _ = try await shop.redis.command(["DEL", shop.key("workers"), shop.key("jobs"), shop.key("ready")])
            _ = try await shop.outboxJob(1..<2)
            try await shop.until { tally.all == [0, 1] }
            #expect(try await shop.redis.command(["ZCARD", shop.key("workers")]).integer == 1)
        }
    }

    @Test func `a job that Redis knows and nobody holds is found`() async throws {
        try await JobHarness.open { shop in
            let sweep = OutboxSweep(database: shop.database, redis: shop.redis)
            #expect(try await sweep.run() == 0)
            let jobs = try await shop.outboxJob(0..<4, pushing: false)
            try await shop.age()
            let redis = shop.redis
            for job in jobs {
                let id = RedisArgument(job.id.description)
                _ = try await redis.command(["HSET", shop.key("jobs"), id, RedisArgument(Envelope(job).json)])
            }
            // One waits, one is delayed, one is running; the last is in the hands of a worker that nobody knows.
            let ids = jobs.map { RedisArgument($0.id.description) }
            _ = try await redis.command(["LPUSH", shop.key("ready"), ids[0]])
            _ = try await redis.command(["ZADD", shop.key("delayed"), 1, ids[1]])
            _ = try await redis.command(["ZADD", shop.key("workers"), 9_999_999_999_999, "here:1:2"])
            _ = try await redis.command(["HSET", shop.key("running:here:1:2"), ids[2], 1])
            _ = try await redis.command(["LPUSH", shop.key("handoff:unknown:1:2"), ids[3]])
            #expect(try await sweep.run() == 0)
            let strays = OrphanSearch(database: shop.database, redis: redis, dueForSeconds: 30)
            #expect(try await strays.run() == 1)
            #expect(try await strays.run() == 0)
            #expect(try await redis.command(["LPOS", shop.key("ready:high"), ids[3]]).integer == 0)
        }
    }

    @Test func `an effect that is recorded with its job happens once, also when two workers run it`() async throws {
        try await JobHarness.open { shop in
            let database = shop.database
            _ = try await database.write(Statement("make", "CREATE TABLE effects (number int)"), [])
            let effect = Statement(
                "effect",
                "WITH mine AS (SELECT finish_job($1) AS id) INSERT INTO effects SELECT 1 FROM mine WHERE id IS NOT NULL"
            )
            let jobs = try await shop.outboxJob(0..<20, pushing: false)
            // The same statement twice for each job, as two workers would that both believe to hold it.
            for job in jobs + jobs {
                _ = try await database.write(effect, [.uuid(job.id.identifier.high, job.id.identifier.low)])
            }
            var row = try await database.read(Statement("effects", "SELECT count(*) FROM effects"), [])[0]
            #expect(try row.int() == 20)
        }
    }

    @Test func `a job over the limit is refused before anything is written`() async throws {
        try await JobHarness.open { shop in
            let fits = SendWelcome(email: String(repeating: "a", count: 65_000), name: "")
            _ = try shop.producer.outboxJob(fits, trace: nil)
            #expect(throws: JobTooLarge.self) {
                try shop.producer.outboxJob(
                    SendWelcome(email: String(repeating: "a", count: 65_536), name: ""), trace: nil)
            }
        }
    }
}
