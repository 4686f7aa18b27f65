import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import Synchronization
import TestSupport

/// A database, a Redis prefix and the connections of one loop, with whatever consumers a test wants. Loop-confined.
final class JobHarness: @unchecked Sendable {
    let loop: EventLoop
    let redis: Redis
    let database: Database
    let producer: Producer
    private let settings: RedisSettings
    private let log = Log(level: .error, format: .text, to: .standardError)
    private var consumers: [(consumer: Consumer, waiter: RedisBlockingConnection)] = []

    private init(on loop: EventLoop, _ redis: RedisSettings, _ url: Secret<String>) {
        self.loop = loop
        settings = redis
        self.redis = Redis(on: loop, settings: redis, log: log)
        database = Database(
            on: loop, settings: DatabaseSettings(url: url, applicationName: "jobs test"), log: log,
            metrics: DatabaseMetrics(in: Metrics()))
        producer = Producer(on: loop, redis: self.redis)
    }

    /// Runs a body on a loop of its own; the test must have the `.database` trait.
    static func open(_ body: @escaping @Sendable (JobHarness) async throws -> Void) async throws {
        let url = TestDatabase.current.url
        let redis = try RedisPrefix.settings()
        try await withEventLoop { loop in
            let workshop = JobHarness(on: loop, redis, url)
            workshop.redis.start()
            workshop.database.start()
            await workshop.redis.connected()
            let result: Result<Void, any Error>
            do { result = .success(try await body(workshop)) } catch { result = .failure(error) }
            await workshop.close()
            try result.get()
        }
    }

    /// A consumer of one kind of job, started.
    func consume<Kind: Job>(
        _ kind: Kind.Type, slots: Int = 4, _ work: @escaping @Sendable (Kind, JobContext) async throws -> Completion,
        whenDead: @escaping @Sendable (Kind) async throws -> Void = { _ in }
    ) async throws -> Consumer {
        try await consume([JobHandler(kind, work, whenDead: whenDead)], slots: slots)
    }

    /// A consumer, started.
    func consume(_ handlers: [JobHandler], slots: Int = 4) async throws -> Consumer {
        let waiter = RedisBlockingConnection(on: loop, settings: settings, log: log)
        waiter.start()
        let consumer = Consumer(
            Note.queue, slots: slots, handlers: handlers, on: loop, redis: redis, waiter: waiter, database: database,
            metrics: Metrics(), log: log)
        consumers.append((consumer, waiter))
        try await consumer.start()
        return consumer
    }

    /// A consumer of the notes, started.
    func consume(
        slots: Int = 4, _ work: @escaping @Sendable (Note, JobContext) async throws -> Completion
    ) async throws -> Consumer {
        try await consume(Note.self, slots: slots, work)
    }

    /// Writes the rows of jobs, as a feature does, and pushes them if asked.
    @discardableResult
    func outboxJob(_ jobs: [some Job], pushing: Bool = true) async throws -> [OutboxJob] {
        var promised: [OutboxJob] = []
        for job in jobs {
            let promise = try producer.outboxJob(job, trace: nil)
            try await write(promise)
            if pushing { producer.push(promise) }
            promised.append(promise)
        }
        return promised
    }

    func outboxJob(_ numbers: Range<Int>, pushing: Bool = true) async throws -> [OutboxJob] {
        try await outboxJob(numbers.map(Note.init), pushing: pushing)
    }

    /// The row alone.
    func write(_ job: OutboxJob) async throws {
        _ = try await database.write(Self.insert, [.json(job.records)])
    }

    private static let insert = Statement("test_promise", "INSERT INTO outbox SELECT * FROM promised_jobs($1)")

    /// Writes and pushes, as a feature does that has no other cause; false when it was queued already.
    @discardableResult
    func add(_ job: some Job, after delay: Duration = .zero) async throws -> Bool {
        let new = try await Outbox(database).add([producer.outboxJob(job, trace: nil, after: delay)])
        new.forEach(producer.push)
        return !new.isEmpty
    }

    /// Ends a job's row, as a handler's statement does.
    func finish(_ job: JobID) async throws {
        _ = try await database.write(Self.finish, [.id(job)])
    }

    private static let finish = Statement("test_finish", "SELECT finish_job($1)")

    /// Makes all rows look a minute old.
    func age() async throws {
        _ = try await database.write(Self.age, [])
    }

    private static let age = Statement("test_age", "UPDATE outbox SET run_at = now() - interval '1 minute'")

    /// Makes all rows look two hours old.
    func makeOld() async throws {
        _ = try await database.write(Self.makeOld, [])
    }

    private static let makeOld = Statement(
        "test_make_old", "UPDATE outbox SET created_at = now() - interval '2 hours'")

    /// Rows of notes, a minute old, in one statement.
    func writeMany(_ count: Int) async throws {
        _ = try await database.write(Self.insertMany, [.integer(count)])
    }

    private static let insertMany = Statement(
        "test_promise_many",
        """
        INSERT INTO outbox (id, queue, kind, payload, run_at)
        SELECT gen_random_uuid(), 'email', 'note', '{"number":1}', now() - interval '1 minute'
        FROM generate_series(1, $1)
        """)

    /// How many rows are in a state.
    func rows(_ state: String) async throws -> Int {
        var row = try await database.read(Self.count, [.text(state)])[0]
        return try row.int()
    }

    private static let count = Statement("test_count", "SELECT count(*) FROM outbox WHERE state = $1")

    /// The error of the one dead job.
    func deadError() async throws -> String {
        var row = try await database.read(Self.dead, [])[0]
        return try row.text()
    }

    private static let dead = Statement("test_dead", "SELECT coalesce(error, '') FROM outbox WHERE state = 'dead'")

    /// Waits until a condition holds; ten seconds at most.
    func until(_ condition: @escaping () async throws -> Bool) async throws {
        for _ in 0..<1_000 {
            if try await condition() { return }
            try await loop.sleep(for: .milliseconds(10))
        }
        throw Overdue()
    }

    struct Overdue: Error {}

    /// What Redis holds of a queue under a name, as text.
    func key(_ name: String) -> RedisArgument {
        RedisArgument(redis.key("jq:{\(Note.queue.rawValue)}:\(name)"))
    }

    private func close() async {
        for (consumer, waiter) in consumers {
            await consumer.stop()
            await waiter.close()
        }
        try? await RedisPrefix.removeKeys(of: redis)
        await redis.close()
        await database.close()
    }
}

/// Numbers that handlers saw; any thread.
final class Tally: Sendable {
    private let numbers = Mutex<[Int]>([])
    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    var all: [Int] { numbers.withLock { $0 } }
}
