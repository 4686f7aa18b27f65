import Chassis
import Postgres
import TestSupport
import Testing

@testable import Scheduler

@Suite("Missed runs", .database) struct MissedRunsTests {
    private let everyMinute = RecurrenceRule.every(seconds: 60)

    @Test func `fire not at all, once, or all of them, by policy`() async throws {
        try await SchedulerHarness.open { [everyMinute] harness in
            let first = "2026-01-01T00:00:00Z"
            let last = "2026-01-01T00:10:30Z"
            func fired(_ missed: MissedRuns) async throws -> [Timestamp] {
                try await harness.fired(everyMinute, after: first, upTo: last, missed: missed)
            }
            let once = try await fired(.once)
            #expect(once == [moment("2026-01-01T00:10:00Z")])
            #expect(try await fired(.all(atMost: 1_000)) == every(1, from: "2026-01-01T00:01:00Z", to: last))
            #expect(try await fired(.all(atMost: 3)) == every(1, from: "2026-01-01T00:08:00Z", to: last))
            // The newest came due half a minute ago: that is late, but not missed.
            #expect(try await fired(.skip) == [moment("2026-01-01T00:10:00Z")])
        }
    }

    @Test(arguments: [RecurrenceRule.cron("0 3 * * *"), .cron("0 * * * *"), .every(seconds: 3_600)])
    func `that are late by minutes are skipped or fire, and the next fires in any case`(
        _ schedule: RecurrenceRule
    ) async throws {
        try await SchedulerHarness.open { harness in
            for missed in [MissedRuns.skip, .once] {
                let name = "\(missed)"
                let runner = try await harness.runner(schedule, missed: missed, name: name)
                try await harness.begin(name, at: moment("2026-01-01T01:30:00Z"))
                let late = try await runner.check(at: moment("2026-01-01T03:05:00Z")).fired
                #expect(late == (missed == .skip ? [] : [moment("2026-01-01T03:00:00Z")]))
                #expect(try await runner.check(at: moment("2026-01-01T03:06:00Z")).fired == [])
                let next = moment("2026-01-02T03:00:00Z")
                #expect(try await runner.check(at: next).fired == [next])
            }
        }
    }

    @Test func `from before the name was first scheduled are none`() async throws {
        try await SchedulerHarness.open { harness in
            let runner = try await harness.runner(.cron("0 3 * * *"), missed: .once)
            try await harness.begin(at: moment("2026-01-01T10:00:00Z"))
            #expect(try await runner.check(at: moment("2026-01-01T10:00:01Z")).fired == [])
            // Beginning again, as every start of a scheduler does, forgets nothing.
            try await harness.begin(at: moment("2026-01-02T10:00:00Z"))
            #expect(
                try await runner.check(at: moment("2026-01-02T10:00:00Z")).fired == [moment("2026-01-02T03:00:00Z")])
        }
    }

    @Test func `of years are found without a check of every minute`() async throws {
        try await SchedulerHarness.open { harness in
            let started = monotonicNanoseconds()
            let fired = try await harness.fired(
                .cron("*/5 * * * *", in: "Europe/Berlin"), after: "2016-01-01T00:00:00Z", upTo: "2026-01-01T00:00:00Z",
                missed: .once)
            #expect(fired == [moment("2026-01-01T00:00:00Z")])
            let yearly = try await harness.fired(
                .cron("0 12 29 2 *", in: "Europe/Berlin"), after: "2016-03-01T00:00:00Z", upTo: "2026-01-01T00:00:00Z")
            #expect(yearly == [moment("2020-02-29T11:00:00Z"), moment("2024-02-29T11:00:00Z")])
            #expect(monotonicNanoseconds() - started < 2_000_000_000)
        }
    }

    @Test func `each have a job that records when it was due`() async throws {
        try await SchedulerHarness.open { harness in
            _ = try await harness.fired(
                .every(seconds: 60), after: "2026-01-01T00:00:00Z", upTo: "2026-01-01T00:03:00Z")
            #expect(try await harness.jobs() == 3)
            let rows = try await harness.context.database.read(Self.traces)
            let traces = try rows.map { row in
                var row = row
                return try row.text()
            }
            #expect(traces.map { $0.suffix(20) } == ["01:00Z", "02:00Z", "03:00Z"].map { "2026-01-01T00:\($0)" })
        }
    }

    private static let traces = Statement("test_traces", "SELECT trace FROM outbox ORDER BY trace")
}
