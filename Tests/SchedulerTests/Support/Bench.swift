import Chassis
import Domain
import Jobs
import Postgres
import Redis
import Storage
import TestSupport

@testable import Scheduler

/// A scheduler's connections on a loop, with a database and keys in Redis of the test's own. Loop-confined.
final class Bench: @unchecked Sendable {
    let context: SchedulerContext

    private init(_ context: SchedulerContext) {
        self.context = context
    }

    /// Runs a body on a loop of its own; the test must have the `.database` trait.
    static func open(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
        let redis = try RedisPrefix.settings()
        let settings = try SchedulerSettings(
            [
                "DATABASE_URL": TestDatabase.current.url.exposed, "REDIS_URL": TestServers.redisURL,
                "REDIS_PREFIX": redis.prefix, "LOG_LEVEL": "error",
            ], isTerminal: true)
        try await withEventLoop { loop in
            let context = SchedulerContext(on: loop, settings)
            try await context.start()
            await context.redis.connected()
            let result: Result<Void, any Error>
            do { result = .success(try await body(Bench(context))) } catch { result = .failure(error) }
            try? await RedisPrefix.removeKeys(of: context.redis)
            await context.stop()
            try result.get()
        }
    }

    /// A metronome whose jobs are kept in rows.
    func metronome(
        _ schedule: Schedule, missed: MissedRuns = .all(atMost: 1_000), name: String = "test",
        _ job: @escaping @Sendable () -> any Job = { SendWelcome(email: "a@b.example", name: "a") }
    ) async throws -> ScheduleRunner {
        let rhythm = try schedule.rhythm(of: name, installation: try await context.ticks.installation())
        return ScheduleRunner(
            ScheduledRun(name, schedule, missed: missed, job: job), rhythm, context.ticks, context.producer)
    }

    /// What fires between two moments: in one look at the end, or in a look each so many seconds.
    func fired(
        _ schedule: Schedule, after first: String, upTo last: String, lookingEach seconds: Int? = nil,
        missed: MissedRuns = .all(atMost: 1_000)
    ) async throws -> [Timestamp] {
        let name = "test \(UInt64.random(in: 0 ... .max))"
        let metronome = try await metronome(schedule, missed: missed, name: name)
        let (first, last) = (moment(first), moment(last))
        try await context.ticks.begin(name, at: first)
        var fired: [Timestamp] = []
        var now = first
        while now < last {
            now = min(last, seconds.map { now.adding(.seconds($0)) } ?? last)
            fired += try await metronome.look(at: now).fired
        }
        return fired
    }

    /// Remembers that a name has fired last at this moment.
    func begin(_ name: String = "test", at moment: Timestamp) async throws {
        try await context.ticks.begin(name, at: moment)
    }

    /// How many rows a query counts.
    func count(_ statement: Statement, _ values: [PostgresValue] = []) async throws -> Int {
        guard var row = try await context.database.read(statement, values).first else { return 0 }
        return try row.int()
    }

    func jobs() async throws -> Int { try await count(Self.jobs) }
    func ticks(_ name: String) async throws -> Int { try await count(Self.ticks, [.text(name)]) }

    private static let jobs = Statement("test_jobs", "SELECT count(*) FROM outbox")
    private static let ticks = Statement("test_ticks", "SELECT count(*) FROM ticks WHERE name = $1")
}
