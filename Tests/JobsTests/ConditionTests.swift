import Chassis
import Domain
import Foundation
import Postgres
import Redis
import TestSupport
import Testing

@testable import Jobs

/// Conditions of the machine postpone jobs and use up none of their attempts.
@Suite("A condition of the machine", .database)
struct ConditionTests {
    private struct FullDisk: MachineError, CustomStringConvertible {
        var machineCondition: MachineCondition? { .diskFull }
        var description: String { "no space" }
    }

    /// An error that names no condition.
    private struct OwnFault: MachineError {
        var machineCondition: MachineCondition? { nil }
    }

    @Test func `uses up no attempt, is kept with the job, and lets it go on by itself`() async throws {
        try await JobTestHarness.open { harness in
            let attempts = RecordedNumbers()
            _ = try await harness.consume(UniqueJob.self) { _, context in
                attempts.add(context.attempt)
                #expect(context.isLastAttempt)
                if attempts.count < 3 { throw FullDisk() }
                return .finished
            }
            let job = try await harness.enqueue([UniqueJob(key: "one")])[0]
            try await harness.until { attempts.count == 1 }
            try await harness.until {
                try await harness.inspector.find(job.id.description).row?.error == "disk_full: no space"
            }
            try await harness.until { try await harness.rows("queued") == 0 }
            #expect(attempts.all == [0, 0, 0])
            #expect(try await harness.rows("dead") == 0)
        }
    }

    @Test func `is only what the error says it is`() async throws {
        try await JobTestHarness.open { harness in
            _ = try await harness.consume(UniqueJob.self) { _, _ in throw OwnFault() }
            try await harness.add(UniqueJob(key: "one"))
            try await harness.until { try await harness.rows("dead") == 1 }
        }
    }

    @Test func `ends an ephemeral job that is never tried again without a dead letter`() async throws {
        try await JobTestHarness.open { harness in
            let runs = RecordedNumbers()
            _ = try await harness.consume(SingleAttemptEphemeralJob.self) { job, _ in
                runs.add(job.number)
                throw FullDisk()
            }
            try harness.producer.send(SingleAttemptEphemeralJob(number: 1))
            try await harness.until {
                let overview = try await harness.overview()
                return runs.count == 1 && overview.running == 0 && overview.delayed == 0
            }
            #expect(try await harness.overview().deadLetters == 0)
        }
    }

    @Test func `what a worker does not know yet is kept for an hour for a newer one`() async throws {
        try await JobTestHarness.open { harness in
            let runs = RecordedNumbers()
            _ = try await harness.consume(UniqueJob.self) { _, _ in
                runs.add(1)
                throw JobError.unsupported(reason: "an unknown kind of notification")
            }
            let jobs = try await harness.enqueue([UniqueJob(key: "one")])
            try await harness.until { try await harness.overview().delayed == 1 }
            #expect(try await harness.rows("queued") == 1)
            try await harness.makeOld()
            _ = try await harness.redis.command(["DEL", harness.key("delayed"), harness.key("jobs")])
            jobs.forEach(harness.producer.push)
            try await harness.until { try await harness.rows("dead") == 1 }
            #expect(try await harness.deadError() == "an unknown kind of notification")
            #expect(runs.count == 2)
        }
    }
}

@Suite("The tracker of conditions")
struct ConditionTrackerTests {
    @Test func `alarms once per condition, with a growing delay, until the kinds that met it succeed`() {
        let (pipe, metrics) = (Pipe(), Metrics())
        let log = Log(level: .info, format: .text, to: LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor))
        let tracker = ConditionTracker(metrics, queue: .images, log: log)
        let gauge = #"worker_condition{queue="images",condition="disk_full"} "#
        #expect(metrics.text.contains(gauge + "0"))
        let start = monotonicNanoseconds()
        for second in 0..<150 {
            let now = start + UInt64(second) * 1_000_000_000
            let kind = second % 2 == 0 ? "make-avatar" : "export-account"
            let delay = tracker.raised(.diskFull, by: kind, reason: "no space", now: now)
            let ceiling = min(60_000, max(2_000, second * 500))
            #expect((ceiling / 2...ceiling).contains(delay), "after \(second) s: \(delay)")
        }
        #expect(metrics.text.contains(gauge + "1"))
        tracker.succeeded("remove-media")
        tracker.succeeded("make-avatar")
        #expect(metrics.text.contains(gauge + "1"))
        tracker.succeeded("export-account")
        #expect(metrics.text.contains(gauge + "0"))
        _ = tracker.raised(.diskFull, by: "make-avatar", reason: "again", now: start + 200_000_000_000)
        log.flush()
        try? pipe.fileHandleForWriting.close()
        let lines = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(lines.components(separatedBy: "jobs are postponed by a condition of the machine").count == 3)
        #expect(lines.components(separatedBy: "condition of the machine ended").count == 2)
        #expect(lines.contains("disk_full") && lines.contains("postponed=150"))
    }
}
