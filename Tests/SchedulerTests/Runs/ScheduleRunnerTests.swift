import Chassis
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Scheduler

@Suite("A schedule runner", .database) struct ScheduleRunnerTests {
    @Test func `fires each run once, however many schedulers try`() async throws {
        let fired = try await withThrowingTaskGroup(of: [Timestamp].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let fired = Timestamps()
                    try await SchedulerHarness.open { harness in
                        let runner = try await harness.runner(.every(seconds: 1))
                        try await harness.begin(at: moment("2026-01-01T00:00:00Z"))
                        for second in 1...50 {
                            let now = moment("2026-01-01T00:00:00Z").adding(.seconds(second))
                            fired.add(try await runner.check(at: now).fired)
                        }
                    }
                    return fired.all
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let first = moment("2026-01-01T00:00:00Z").unixSeconds
        #expect(fired.map(\.unixSeconds).sorted() == Array(first + 1...first + 50))
        try await SchedulerHarness.open { harness in
            let (jobs, runs) = (try await harness.jobs(), try await harness.runs("test"))
            #expect(jobs == 50)
            #expect(runs == 51)
        }
    }

    @Test func `fires nothing twice when PostgreSQL's clock is set back, and nothing is lost`() async throws {
        try await SchedulerHarness.open { harness in
            let runner = try await harness.runner(.every(seconds: 600), missed: .all(atMost: 100))
            try await harness.begin(at: moment("2026-01-01T11:55:00Z"))
            func fired(at text: String) async throws -> [Timestamp] { try await runner.check(at: moment(text)).fired }
            #expect(try await fired(at: "2026-01-01T12:00:00Z") == [moment("2026-01-01T12:00:00Z")])
            #expect(try await fired(at: "2026-01-01T10:00:00Z") == [])
            #expect(try await fired(at: "2026-01-01T12:05:00Z") == [])
            #expect(
                try await fired(at: "2026-01-01T12:20:00Z") == [
                    moment("2026-01-01T12:10:00Z"), moment("2026-01-01T12:20:00Z"),
                ])
        }
    }

    // Another scheduler has caught up meanwhile, and decided that one is enough.
    @Test func `does not fire a run that is older than the last one`() async throws {
        try await SchedulerHarness.open { harness in
            let runs = harness.context.runs
            try await harness.begin(at: moment("2026-01-01T00:00:00Z"))
            let newer = moment("2026-01-01T00:02:00Z")
            #expect(try await runs.fire("test", at: newer, enqueuing: nil) == .fired)
            #expect(try await runs.fire("test", at: moment("2026-01-01T00:01:00Z"), enqueuing: nil) == .late)
            #expect(try await runs.fire("test", at: newer, enqueuing: nil) == .late)
        }
    }

    @Test func `uses PostgreSQL's clock`() async throws {
        try await SchedulerHarness.open { harness in
            let runner = try await harness.runner(.every(seconds: 1))
            let began = Timestamp.now
            try await harness.begin(at: began)
            try await eventually("a run fires") { try await !runner.check().fired.isEmpty }
            #expect(Timestamp.now.microseconds - began.microseconds < 3_000_000)
        }
    }

    @Test func `sends an ephemeral job once its run is committed, and writes no row`() async throws {
        try await SchedulerHarness.open { harness in
            let runner = try await harness.runner(.every(seconds: 5), missed: .skip) { ExpirePresence() }
            try await harness.begin(at: moment("2026-01-01T00:00:00Z"))
            let due = moment("2026-01-01T00:00:05Z")
            #expect(try await runner.check(at: due).fired == [due])
            #expect(try await runner.check(at: due).fired == [])
            let ready = RedisArgument(harness.context.redis.key("jq:{presence}:ready"))
            try await eventually("the job is in Redis") {
                try await harness.context.redis.command(["LLEN", ready]).integer == 1
            }
            #expect(try await harness.jobs() == 0)
            #expect(try await harness.runs("test") == 2)
        }
    }

    @Test func `fires without a second job while a unique one is queued`() async throws {
        try await SchedulerHarness.open { harness in
            let runner = try await harness.runner(.every(seconds: 60)) { ReconcileCounters() }
            try await harness.begin(at: moment("2026-01-01T00:00:00Z"))
            #expect(try await runner.check(at: moment("2026-01-01T00:03:00Z")).fired.count == 3)
            #expect(try await harness.jobs() == 1)
        }
    }

    @Test func `does not wait longer than until the next run, nor than a minute`() async throws {
        try await SchedulerHarness.open { harness in
            let often = try await harness.runner(.every(seconds: 5))
            let wait = try await often.check(at: moment("2026-01-01T00:00:03Z")).wait
            #expect(wait <= .seconds(2) && wait > .milliseconds(500))
            let rarely = try await harness.runner(.cron("0 0 1 1 *"))
            #expect(try await rarely.check(at: moment("2026-01-01T00:00:03Z")).wait <= .seconds(60))
        }
    }
}
