import Chassis
import Jobs
import Synchronization
import TestSupport
import Testing

@testable import Scheduler

@Suite("The timetable", .database) struct TickerTests {
    private struct Unlucky: Error {}

    /// A job that is too large to be promised.
    private struct Huge: Job {
        static let kind = "huge"
        static let queue = QueueName.counters
        var text = String(repeating: "x", count: 100_000)
    }

    @Test func `goes on when an entry fails, whichever it is`() async throws {
        try await Bench.open { bench in
            let looks = Counter()
            let entries: [TimetableEntry] = [
                .work("always fails", every: .milliseconds(10)) { throw Unlucky() },
                .work("fails first", every: .milliseconds(10)) {
                    looks.increment()
                    if looks.value == 1 { throw Unlucky() }
                    return 0
                },
                .tick("cannot be promised", .every(seconds: 1), missed: .once, Huge()),
                .tick("is fine", .every(seconds: 1), missed: .once, SendWelcome(email: "a@b.example", name: "a")),
            ]
            let ticker = Ticker(bench.context, entries, log: Log(level: .error, format: .text, to: .standardError))
            try await ticker.start()
            try await eventually("the others go on") {
                try await bench.jobs() >= 3 && looks.value > 3
            }
            await ticker.stop()
            #expect(try await bench.ticks("cannot be promised") == 1)
            #expect(try await bench.jobs() == bench.ticks("is fine") - 1)
        }
    }

    @Test func `of the product can be kept, and each of its names is there once`() async throws {
        try await Bench.open { bench in
            let entries = timetable(bench.context)
            let ticks = entries.compactMap { entry in if case .tick(let tick) = entry { tick } else { nil } }
            #expect(Set(ticks.map(\.name)).count == ticks.count)
            #expect(ticks.count >= 5)
            let ticker = Ticker(bench.context, entries, log: Log(level: .error, format: .text, to: .standardError))
            try await ticker.start()
            await ticker.stop()
            for tick in ticks { #expect(try await bench.ticks(tick.name) >= 1) }
        }
    }

    @Test(arguments: [Schedule.cron("0 3 * *"), .cron("0 3 * * *", in: "Mars/Olympus_Mons")])
    func `with a schedule that nobody can keep does not start`(_ schedule: Schedule) async throws {
        try await Bench.open { bench in
            let entries: [TimetableEntry] = [.tick("x", schedule, missed: .once, ExpirePresence())]
            let ticker = Ticker(bench.context, entries, log: Log(level: .error, format: .text, to: .standardError))
            await #expect(throws: (any Error).self) { try await ticker.start() }
        }
    }
}
