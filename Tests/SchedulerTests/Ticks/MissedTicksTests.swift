import Chassis
import Postgres
import TestSupport
import Testing

@testable import Scheduler

@Suite("Ticks that were missed", .database) struct MissedTicksTests {
    private let everyMinute = Schedule.every(seconds: 60)

    @Test func `fire not at all, once, or all of them, as the entry says`() async throws {
        try await Bench.open { [everyMinute] bench in
            let first = "2026-01-01T00:00:00Z"
            let last = "2026-01-01T00:10:30Z"
            func fired(_ missed: MissedRuns) async throws -> [Timestamp] {
                try await bench.fired(everyMinute, after: first, upTo: last, missed: missed)
            }
            let once = try await fired(.once)
            #expect(once == [moment("2026-01-01T00:10:00Z")])
            #expect(try await fired(.all(atMost: 1_000)) == every(1, from: "2026-01-01T00:01:00Z", to: last))
            #expect(try await fired(.all(atMost: 3)) == every(1, from: "2026-01-01T00:08:00Z", to: last))
            // The newest came due half a minute ago: that is late, but not missed.
            #expect(try await fired(.skip) == [moment("2026-01-01T00:10:00Z")])
        }
    }

    @Test(arguments: [Schedule.cron("0 3 * * *"), .cron("0 * * * *"), .every(seconds: 3_600)])
    func `that are late by minutes are skipped or fire, and the next fires in any case`(
        _ schedule: Schedule
    ) async throws {
        try await Bench.open { bench in
            for missed in [MissedRuns.skip, .once] {
                let name = "\(missed)"
                let metronome = try await bench.metronome(schedule, missed: missed, name: name)
                try await bench.begin(name, at: moment("2026-01-01T01:30:00Z"))
                let late = try await metronome.look(at: moment("2026-01-01T03:05:00Z")).fired
                #expect(late == (missed == .skip ? [] : [moment("2026-01-01T03:00:00Z")]))
                #expect(try await metronome.look(at: moment("2026-01-01T03:06:00Z")).fired == [])
                let next = moment("2026-01-02T03:00:00Z")
                #expect(try await metronome.look(at: next).fired == [next])
            }
        }
    }

    @Test func `before the timetable knew their name are none`() async throws {
        try await Bench.open { bench in
            let metronome = try await bench.metronome(.cron("0 3 * * *"), missed: .once)
            try await bench.begin(at: moment("2026-01-01T10:00:00Z"))
            #expect(try await metronome.look(at: moment("2026-01-01T10:00:01Z")).fired == [])
            // Beginning again, as every start of a scheduler does, forgets nothing.
            try await bench.begin(at: moment("2026-01-02T10:00:00Z"))
            #expect(
                try await metronome.look(at: moment("2026-01-02T10:00:00Z")).fired == [moment("2026-01-02T03:00:00Z")])
        }
    }

    @Test func `of years are found without looking at every minute of them`() async throws {
        try await Bench.open { bench in
            let started = monotonicNanoseconds()
            let fired = try await bench.fired(
                .cron("*/5 * * * *", in: "Europe/Berlin"), after: "2016-01-01T00:00:00Z", upTo: "2026-01-01T00:00:00Z",
                missed: .once)
            #expect(fired == [moment("2026-01-01T00:00:00Z")])
            let yearly = try await bench.fired(
                .cron("0 12 29 2 *", in: "Europe/Berlin"), after: "2016-03-01T00:00:00Z", upTo: "2026-01-01T00:00:00Z")
            #expect(yearly == [moment("2020-02-29T11:00:00Z"), moment("2024-02-29T11:00:00Z")])
            #expect(monotonicNanoseconds() - started < 2_000_000_000)
        }
    }

    @Test func `each of them has its job, and knows when it was due`() async throws {
        try await Bench.open { bench in
            _ = try await bench.fired(
                .every(seconds: 60), after: "2026-01-01T00:00:00Z", upTo: "2026-01-01T00:03:00Z")
            #expect(try await bench.jobs() == 3)
            let rows = try await bench.context.database.read(Self.traces)
            let traces = try rows.map { row in
                var row = row
                return try row.text()
            }
            #expect(traces.map { $0.suffix(20) } == ["01:00Z", "02:00Z", "03:00Z"].map { "2026-01-01T00:\($0)" })
        }
    }

    private static let traces = Statement("test_traces", "SELECT trace FROM outbox ORDER BY trace")
}
