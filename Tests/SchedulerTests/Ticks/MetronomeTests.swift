import Chassis
import Jobs
import Postgres
import Redis
import Storage
import TestSupport
import Testing

@testable import Scheduler

@Suite("A metronome", .database) struct MetronomeTests {
    @Test func `fires each tick once, however many try`() async throws {
        let fired = try await withThrowingTaskGroup(of: [Timestamp].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let fired = Timestamps()
                    try await Bench.open { bench in
                        let metronome = try await bench.metronome(.every(seconds: 1))
                        try await bench.begin(at: moment("2026-01-01T00:00:00Z"))
                        for second in 1...50 {
                            let now = moment("2026-01-01T00:00:00Z").adding(.seconds(second))
                            fired.add(try await metronome.look(at: now).fired)
                        }
                    }
                    return fired.all
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let first = moment("2026-01-01T00:00:00Z").unixSeconds
        #expect(fired.map(\.unixSeconds).sorted() == Array(first + 1...first + 50))
        try await Bench.open { bench in
            let (jobs, ticks) = (try await bench.jobs(), try await bench.ticks("test"))
            #expect(jobs == 50)
            #expect(ticks == 51)
        }
    }

    @Test func `fires nothing twice when PostgreSQL's clock is put back, and nothing is lost`() async throws {
        try await Bench.open { bench in
            let metronome = try await bench.metronome(.every(seconds: 600), missed: .all(atMost: 100))
            try await bench.begin(at: moment("2026-01-01T11:55:00Z"))
            func fired(at text: String) async throws -> [Timestamp] { try await metronome.look(at: moment(text)).fired }
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
    @Test func `does not fire an older tick than has fired`() async throws {
        try await Bench.open { bench in
            let ticks = bench.context.ticks
            try await bench.begin(at: moment("2026-01-01T00:00:00Z"))
            let newer = moment("2026-01-01T00:02:00Z")
            #expect(try await ticks.fire("test", at: newer, enqueuing: nil) == .fired)
            #expect(try await ticks.fire("test", at: moment("2026-01-01T00:01:00Z"), enqueuing: nil) == .late)
            #expect(try await ticks.fire("test", at: newer, enqueuing: nil) == .late)
        }
    }

    @Test func `asks the server what time it is`() async throws {
        try await Bench.open { bench in
            let metronome = try await bench.metronome(.every(seconds: 1))
            let began = Timestamp.now
            try await bench.begin(at: began)
            try await eventually("a tick fires") { try await !metronome.look().fired.isEmpty }
            #expect(Timestamp.now.microseconds - began.microseconds < 3_000_000)
        }
    }

    @Test func `sends an ephemeral job once its tick is written, and writes no row`() async throws {
        try await Bench.open { bench in
            let metronome = try await bench.metronome(.every(seconds: 5), missed: .skip) { ExpirePresence() }
            try await bench.begin(at: moment("2026-01-01T00:00:00Z"))
            let due = moment("2026-01-01T00:00:05Z")
            #expect(try await metronome.look(at: due).fired == [due])
            #expect(try await metronome.look(at: due).fired == [])
            let ready = RedisArgument(bench.context.redis.key("jq:{presence}:ready"))
            try await eventually("the job is in Redis") {
                try await bench.context.redis.command(["LLEN", ready]).integer == 1
            }
            #expect(try await bench.jobs() == 0)
            #expect(try await bench.ticks("test") == 2)
        }
    }

    @Test func `fires without a second job while one that must be alone is queued`() async throws {
        try await Bench.open { bench in
            let metronome = try await bench.metronome(.every(seconds: 60)) { ReconcileCounters() }
            try await bench.begin(at: moment("2026-01-01T00:00:00Z"))
            #expect(try await metronome.look(at: moment("2026-01-01T00:03:00Z")).fired.count == 3)
            #expect(try await bench.jobs() == 1)
        }
    }

    @Test func `does not wait longer than until the next tick, nor than a minute`() async throws {
        try await Bench.open { bench in
            let often = try await bench.metronome(.every(seconds: 5))
            let wait = try await often.look(at: moment("2026-01-01T00:00:03Z")).wait
            #expect(wait <= .seconds(2) && wait > .milliseconds(500))
            let rarely = try await bench.metronome(.cron("0 0 1 1 *"))
            #expect(try await rarely.look(at: moment("2026-01-01T00:00:03Z")).wait <= .seconds(60))
        }
    }
}
