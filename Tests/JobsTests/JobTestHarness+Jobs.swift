import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport

extension JobTestHarness {
    var inspector: QueueInspector { QueueInspector(database: database, redis: redis) }

    /// The state of the queue of ``TestJob``.
    func overview() async throws -> QueueOverview {
        guard let overview = try await inspector.overviews(of: [TestJob.queue]).first else {
            throw Overdue(description: "there is no overview")
        }
        return overview
    }

    // MARK: Workers

    /// Starts a consumer of ``TestJob``.
    func consume(
        slots: Int = 4, _ handle: @escaping @Sendable (TestJob, JobContext) async throws -> Completion
    ) async throws -> Consumer {
        try await consume(TestJob.self, slots: slots, handle)
    }

    func consume(_ handlers: [JobHandler], slots: Int = 4) async throws -> Consumer {
        try await consume(TestJob.queue, slots: slots, handlers)
    }

    /// Runs a body while a consumer's heartbeat runs.
    func withHeartbeat(of consumer: Consumer, _ body: () async throws -> Void) async throws {
        let heartbeat = LeaseHeartbeat(of: consumer, on: loop, redis: redis)
        try await heartbeat.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await heartbeat.stop()
        try result.get()
    }

    /// Waits until a condition holds; ten seconds at most.
    func until(_ condition: @escaping () async throws -> Bool) async throws {
        for _ in 0..<1_000 {
            if try await condition() { return }
            try await loop.sleep(for: .milliseconds(10))
        }
        throw Overdue(description: "the condition does not hold after ten seconds")
    }

    func key(_ name: String) -> RedisArgument { key(name, of: TestJob.queue) }

    // MARK: Jobs

    func enqueue(_ numbers: Range<Int>, pushing: Bool = true) async throws -> [OutboxJob] {
        try await enqueue(numbers.map(TestJob.init), pushing: pushing)
    }

    /// Enqueues a job that is due later.
    func enqueue(_ job: some Job, after delay: Duration) async throws -> OutboxJob {
        let job = try producer.outboxJob(job, trace: nil, after: delay)
        try await write(job)
        producer.push(job)
        return job
    }

    /// Enqueues a job; false if its unique key is taken.
    @discardableResult
    func add(_ job: some Job, after delay: Duration = .zero) async throws -> Bool {
        try await !insert([producer.outboxJob(job, trace: nil, after: delay)]).isEmpty
    }

    // MARK: Rows

    /// Inserts a row without pushing it.
    func write(_ job: OutboxJob) async throws {
        try await insert([job], pushing: false)
    }

    /// Ends a job's row, as a handler's statement does.
    /// - Returns: False if another run has ended it.
    @discardableResult
    func finish(_ job: JobID) async throws -> Bool {
        guard var row = try await database.write(Self.finish, [.id(job)]).first else { return false }
        return try row.bool()
    }

    private static let finish = Statement("test_finish", "SELECT finish_job($1) IS NOT NULL")

    /// Makes all rows due since a minute.
    func age() async throws {
        _ = try await database.write(Self.age, [])
    }

    private static let age = Statement("test_age", "UPDATE outbox SET run_at = now() - interval '1 minute'")

    /// Makes all rows two hours old.
    func makeOld() async throws {
        _ = try await database.write(Self.makeOld, [])
    }

    private static let makeOld = Statement(
        "test_make_old", "UPDATE outbox SET created_at = now() - interval '2 hours'")

    /// Inserts rows of ``TestJob`` that are due since a minute, in one statement.
    func writeMany(_ count: Int) async throws {
        _ = try await database.write(Self.insertMany, [.integer(count)])
    }

    private static let insertMany = Statement(
        "test_insert_many",
        """
        INSERT INTO outbox (id, queue, kind, payload, run_at)
        SELECT gen_random_uuid(), 'email', 'test-job', '{"number":1}', now() - interval '1 minute'
        FROM generate_series(1, $1)
        """)

    /// Inserts rows of ``TestJob`` that were dead-lettered an hour ago, in one statement.
    func writeDead(_ count: Int) async throws {
        _ = try await database.write(Self.insertDead, [.integer(count)])
    }

    private static let insertDead = Statement(
        "test_insert_dead",
        """
        INSERT INTO outbox (id, queue, kind, payload, state, attempt, error, ended_at, keep_until)
        SELECT gen_random_uuid(), 'email', 'test-job', jsonb_build_object('number', number), 'dead', 3, 'unlucky',
               now() - interval '1 hour', now() + interval '1 day'
        FROM generate_series(1, $1) AS number
        """)

    /// The error of the one dead job.
    func deadError() async throws -> String {
        try await errors()[0]
    }
}

/// Blocks handlers until it is opened. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class Gate: @unchecked Sendable {
    private var isOpen = false
    private var waiting: [UnsafeContinuation<Void, Never>] = []

    func pass() async {
        await withUnsafeContinuation { continuation in
            if isOpen { continuation.resume() } else { waiting.append(continuation) }
        }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
