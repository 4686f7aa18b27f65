import Domain
import Foundation
import JobProbing
import Jobs
import Postgres
import TestSupport

extension JobTestHarness {
    /// Writes the rows of jobs in one statement and pushes them if asked.
    @discardableResult
    func outboxJob(
        _ jobs: [some Job], after delay: Duration = .zero, pushing: Bool = true
    ) async throws -> [OutboxJob] {
        try await write(jobs.map { try producer.outboxJob($0, trace: nil, after: delay) }, pushing: pushing)
    }

    @discardableResult
    func write(_ promises: [OutboxJob], pushing: Bool = true) async throws -> [OutboxJob] {
        let new = try await Outbox(database).add(promises)
        if pushing { new.forEach(producer.push) }
        return new
    }

    /// Probe jobs with these numbers, each changed as the test wants it.
    @discardableResult
    func promiseProbes(
        _ numbers: Range<Int>, after delay: Duration = .zero, pushing: Bool = true,
        _ change: (inout ProbeJob) -> Void = { _ in }
    ) async throws -> [OutboxJob] {
        let jobs = numbers.map { number in
            var job = ProbeJob(number)
            change(&job)
            return job
        }
        return try await promise(jobs, after: delay, pushing: pushing)
    }

    /// A batch of probes, made by a job that fans out, and the probe that comes after them.
    func promiseFan(_ fan: ProbeFan) async throws {
        try await write(producer.outboxBatch(of: [fan], then: ProbeJob(fan.number), trace: nil))
    }

    /// A path for a file that does not exist yet.
    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Makes the file that jobs wait for.
    func openGate(_ name: String) {
        _ = FileManager.default.createFile(atPath: path(name), contents: nil)
    }
}
