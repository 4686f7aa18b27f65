import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport

@testable import Scheduler

/// The harness of scheduler tests: a scheduler's connections with a database and Redis keys of its own. Loop-confined.
final class SchedulerHarness: @unchecked Sendable {
    let context: SchedulerContext

    private init(_ context: SchedulerContext) {
        self.context = context
    }

    /// Runs a body on a loop of its own; the test must have the `.database` trait.
    static func open(_ body: @escaping @Sendable (SchedulerHarness) async throws -> Void) async throws {
        let redis = try RedisPrefix.settings()
        let settings = try SchedulerSettings(
            [
                "DATABASE_URL": TestDatabase.current.url.exposed, "REDIS_URL": TestServers.redisURL,
                "REDIS_PREFIX": redis.prefix, "LOG_LEVEL": "error",
            ], isTerminal: true)
        try await withEventLoop { loop in
            let context = SchedulerContext(on: loop, settings, Metrics())
            try await context.start()
            await context.redis.connected()
            let result: Result<Void, any Error>
            do { result = .success(try await body(SchedulerHarness(context))) } catch { result = .failure(error) }
            try? await RedisPrefix.removeKeys(of: context.redis)
            await context.stop()
            try result.get()
        }
    }

    /// Returns a runner for durable jobs.
    func runner(
        _ schedule: RecurrenceRule, missed: MissedRuns = .all(atMost: 1_000), name: String = "test",
        _ job: @escaping @Sendable () -> any Job = { SendWelcome(email: "a@b.example", name: "a") }
    ) async throws -> ScheduleRunner {
        let recurrence = try schedule.recurrence(of: name, installation: try await context.runs.installation())
        return ScheduleRunner(
            ScheduledJob(name, schedule, missed: missed, job: job), recurrence, context.runs, context.producer)
    }

    /// Returns the runs that fire between two moments: in one check at the end, or in a check every so many seconds.
    func fired(
        _ schedule: RecurrenceRule, after first: String, upTo last: String, checkingEvery seconds: Int? = nil,
        missed: MissedRuns = .all(atMost: 1_000)
    ) async throws -> [Timestamp] {
        let name = "test \(UInt64.random(in: 0 ... .max))"
        let runner = try await runner(schedule, missed: missed, name: name)
        let (first, last) = (moment(first), moment(last))
        try await context.runs.begin(name, at: first)
        var fired: [Timestamp] = []
        var now = first
        while now < last {
            now = min(last, seconds.map { now.adding(.seconds($0)) } ?? last)
            fired += try await runner.check(at: now).fired
        }
        return fired
    }

    /// Records that the last run of a job fired at this moment.
    func begin(_ name: String = "test", at moment: Timestamp) async throws {
        try await context.runs.begin(name, at: moment)
    }

    /// Returns the count that a statement selects.
    func count(_ statement: Statement, _ values: [PostgresValue] = []) async throws -> Int {
        guard var row = try await context.database.read(statement, values).first else { return 0 }
        return try row.int()
    }

    func jobs() async throws -> Int { try await count(Self.jobs) }
    func runs(_ name: String) async throws -> Int { try await count(Self.runs, [.text(name)]) }

    private static let jobs = Statement("test_jobs", "SELECT count(*) FROM outbox")
    private static let runs = Statement("test_runs", "SELECT count(*) FROM ticks WHERE name = $1")
}
