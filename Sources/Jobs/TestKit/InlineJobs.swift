package import Chassis
import Domain
package import Postgres

/// For tests of features that promise jobs: says what was promised, and runs it in line, without Redis and without
/// workers. Rows, attempts, ends and batches are the real ones; only time is not: delays are not waited for, and a failure
/// is thrown at once instead of being tried again. Loop-confined, like its database.
package struct InlineJobs: Sendable {
    /// A job failed that a test ran in line.
    package struct Failure: Error, CustomStringConvertible {
        package let kind: String
        package let cause: any Error
        package var description: String { "\(kind) failed: \(cause)" }
    }

    private let outbox: Outbox
    private let log: Log

    package init(_ database: Database, log: Log = Log(level: .error, format: .text, to: .standardError)) {
        outbox = Outbox(database)
        self.log = log
    }

    /// What is promised of a kind and not done yet, oldest first, as a worker would read it.
    package func promised<Kind: Job>(_ kind: Kind.Type) async throws -> [Kind] {
        try await rows().filter { $0.envelope.kind == Kind.kind }.map { try Kind(payload: $0.envelope.args) }
    }

    /// The kinds of everything that is promised and not done yet, oldest first.
    package func promisedKinds() async throws -> [String] {
        try await rows().map(\.envelope.kind)
    }

    /// Runs everything, also what the jobs promise in turn, until nothing is left that a handler knows.
    /// - Returns: How many jobs were run.
    /// - Throws: ``Failure``.
    @discardableResult
    package func runAll(_ handlers: [JobHandler]) async throws -> Int {
        let handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
        var count = 0
        while let (job, handler) = try await next(handlers) {
            try await run(job, handler)
            count += 1
        }
        return count
    }

    private func next(_ handlers: [String: JobHandler]) async throws -> (WaitingJob, JobHandler)? {
        for job in try await rows() {
            if let handler = handlers[job.envelope.kind] { return (job, handler) }
        }
        return nil
    }

    private func run(_ job: WaitingJob, _ handler: JobHandler) async throws {
        let progress = try await outbox.queued(among: [job.id])[job.id]
        let context = JobContext(
            id: job.id, kind: handler.kind, attempt: job.envelope.attempt,
            isLastAttempt: job.envelope.attempt + 1 >= handler.attempts, trace: job.envelope.trace,
            batch: job.envelope.batch, checkpoint: progress?.checkpoint, processLog: log, reporter: nil)
        do {
            if try await handler.run(job.envelope.args, context) == .finished { _ = try await outbox.finish([job.id]) }
        } catch {
            throw Failure(kind: handler.kind, cause: error)
        }
        if let batch = job.envelope.batch { _ = try await outbox.complete([batch]) }
    }

    private func rows() async throws -> [WaitingJob] {
        let page = try await outbox.page(from: 1_000_000_000, to: -1_000_000_000, after: .start, limit: 1_000)
        return try await outbox.rows(page.ids.values.joined())
    }
}
