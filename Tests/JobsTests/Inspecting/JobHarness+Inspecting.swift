import Chassis
import Domain
import Jobs
import Postgres
import Redis

extension JobHarness {
    var inspector: QueueInspector { QueueInspector(database: database, redis: redis) }

    /// How the notes' queue stands.
    func overview() async throws -> QueueOverview {
        guard let overview = try await inspector.overviews(of: [Note.queue]).first else { throw Overdue() }
        return overview
    }

    /// Runs a body while a consumer's beat goes on.
    func beating(_ consumer: Consumer, _ body: () async throws -> Void) async throws {
        let beat = LeaseHeartbeat(of: consumer, on: loop, redis: redis)
        try await beat.start()
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        await beat.stop()
        try result.get()
    }

    /// Writes and pushes a job that runs later.
    func outboxJob(_ job: some Job, after delay: Duration) async throws -> OutboxJob {
        let promised = try producer.outboxJob(job, trace: nil, after: delay)
        try await write(promised)
        producer.push(promised)
        return promised
    }

    /// Rows of notes that died an hour ago, in one statement.
    func writeDead(_ count: Int) async throws {
        _ = try await database.write(Self.insertDead, [.integer(count)])
    }

    private static let insertDead = Statement(
        "test_promise_dead",
        """
        INSERT INTO outbox (id, queue, kind, payload, state, attempt, error, ended_at, keep_until)
        SELECT gen_random_uuid(), 'email', 'note', jsonb_build_object('number', number), 'dead', 3, 'unlucky',
               now() - interval '1 hour', now() + interval '1 day'
        FROM generate_series(1, $1) AS number
        """)
}
