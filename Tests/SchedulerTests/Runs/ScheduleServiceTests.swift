import Chassis
import Jobs
import Synchronization
import TestSupport
import Testing

@testable import Scheduler

@Suite("The schedule", .database) struct ScheduleServiceTests {
    private struct Unlucky: Error {}

    /// A job that is too large to be enqueued.
    private struct Huge: Job {
        static let kind = "huge"
        static let queue = QueueName.counters
        var text = String(repeating: "x", count: 100_000)
    }

    @Test func `continues when an entry fails`() async throws {
        try await SchedulerHarness.open { harness in
            let checks = Counter()
            let entries: [ScheduleEntry] = [
                .task("always fails", every: .milliseconds(10)) { throw Unlucky() },
                .task("fails first", every: .milliseconds(10)) {
                    checks.increment()
                    if checks.value == 1 { throw Unlucky() }
                    return 0
                },
                .job("cannot be enqueued", .every(seconds: 1), missed: .once, Huge()),
                .job("is fine", .every(seconds: 1), missed: .once, SendWelcome(email: "a@b.example", name: "a")),
            ]
            let service = ScheduleService(
                harness.context, entries, log: Log(level: .error, format: .text, to: .standardError))
            try await service.start()
            try await eventually("the others go on") {
                try await harness.jobs() >= 3 && checks.value > 3
            }
            await service.stop()
            #expect(try await harness.runs("cannot be enqueued") == 1)
            #expect(try await harness.jobs() == harness.runs("is fine") - 1)
        }
    }

    @Test func `of the product is valid, and each name occurs once`() async throws {
        try await SchedulerHarness.open { harness in
            let entries = schedule(harness.context)
            let jobs = entries.compactMap { entry in if case .job(let job) = entry { job } else { nil } }
            #expect(Set(jobs.map(\.name)).count == jobs.count)
            #expect(jobs.count >= 5)
            let service = ScheduleService(
                harness.context, entries, log: Log(level: .error, format: .text, to: .standardError))
            try await service.start()
            await service.stop()
            for job in jobs { #expect(try await harness.runs(job.name) >= 1) }
        }
    }

    @Test(arguments: [RecurrenceRule.cron("0 3 * *"), .cron("0 3 * * *", in: "Mars/Olympus_Mons")])
    func `with an invalid rule does not start`(_ schedule: RecurrenceRule) async throws {
        try await SchedulerHarness.open { harness in
            let entries: [ScheduleEntry] = [.job("x", schedule, missed: .once, ExpirePresence())]
            let service = ScheduleService(
                harness.context, entries, log: Log(level: .error, format: .text, to: .standardError))
            await #expect(throws: (any Error).self) { try await service.start() }
        }
    }
}
