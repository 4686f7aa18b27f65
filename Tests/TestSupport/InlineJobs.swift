package import Chassis
package import Domain
package import Jobs
package import Postgres

/// Runs enqueued jobs in line, without Redis and without workers, and returns which jobs are enqueued. Rows, attempts,
/// ends and batches are the real ones; only time is not: delays are skipped, and a failure is thrown at once instead of
/// being retried. Loop-confined, like its database.
package struct InlineJobs: Sendable {
    /// A job that a test ran in line failed.
    package struct Failure: Error, CustomStringConvertible {
        package let kind: String
        package let cause: any Error
        package var description: String { "\(kind) failed: \(cause)" }
    }

    /// The handler reported that it finished the job, and the job is still enqueued.
    package struct NotFinished: Error {}

    private let outbox: Outbox
    private let log: Log

    package init(_ database: Database, log: Log = Log(level: .error, format: .text, to: .standardError)) {
        outbox = Outbox(database)
        self.log = log
    }

    /// Returns the enqueued jobs of a kind that are not done yet, oldest first, as a worker would decode them.
    package func enqueued<Kind: Job>(_ kind: Kind.Type) async throws -> [Kind] {
        try await rows().filter { $0.envelope.kind == Kind.kind }.map { try Kind(payload: $0.envelope.args) }
    }

    /// Returns the kinds of all enqueued jobs that are not done yet, oldest first.
    package func enqueuedKinds() async throws -> [String] {
        try await rows().map(\.envelope.kind)
    }

    /// Runs all jobs, also those that the jobs enqueue, until no job with a handler is left.
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

    /// Runs a handler for one job without ending the job, as a worker that dies behind the effect.
    package func runOnce(_ job: OutboxJob, _ handlers: [JobHandler]) async throws {
        guard let handler = handlers.first(where: { $0.kind == job.kind }) else { return }
        let progress = try await outbox.queued(among: [job.id])[job.id]
        let context = JobContext(Envelope(job), handler: handler, checkpoint: progress?.checkpoint, log: log)
        _ = try await handler.run(job.payload, context)
    }

    private func next(_ handlers: [String: JobHandler]) async throws -> (WaitingJob, JobHandler)? {
        for job in try await rows() {
            if let handler = handlers[job.envelope.kind] { return (job, handler) }
        }
        return nil
    }

    private func run(_ job: WaitingJob, _ handler: JobHandler) async throws {
        let progress = try await outbox.queued(among: [job.id])[job.id]
        let context = JobContext(job.envelope, handler: handler, checkpoint: progress?.checkpoint, log: log)
        do {
            switch try await handler.run(job.envelope.args, context) {
            case .finished: _ = try await outbox.finish([job.id])
            // A worker would run it again and again.
            case .recorded where try await !outbox.queued(among: [job.id]).isEmpty: throw NotFinished()
            case .recorded: break
            }
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
