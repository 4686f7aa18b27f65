package import Chassis
package import Domain

/// The handler of one kind of job.
package struct JobHandler: Sendable {
    package let kind: String
    package let attempts: Int
    let timeout: Duration
    /// Whether the consumer looks up the job's row before each run.
    let checksRow: Bool
    package let run: @Sendable ([UInt8], JobContext) async throws -> Completion
    let onDeadLetter: @Sendable ([UInt8]) async throws -> Void

    /// - Parameter handle: May run twice for the same job, so it is idempotent: it finds its effect done, or has it in
    ///   one statement with the end of the job.
    /// - Parameter checksRow: Whether the consumer looks up, before each run, if the job is still queued, its attempts
    ///   and its checkpoint. A handler without steps whose own statement ends the job, or finds it ended
    ///   (``Completion/recorded``), saves that round trip.
    /// - Parameter onDeadLetter: Records for users that the job will not be done; may run twice too.
    package init<Kind: Job>(
        _ type: Kind.Type, checksRow: Bool = true,
        _ handle: @escaping @Sendable (Kind, JobContext) async throws -> Completion,
        onDeadLetter: @escaping @Sendable (Kind) async throws -> Void = { _ in }
    ) {
        kind = type.kind
        attempts = type.attempts
        timeout = type.timeout
        self.checksRow = checksRow
        run = { json, context in
            let job: Kind
            do {
                job = try Kind(payload: json)
            } catch {
                throw JobError.permanent(
                    reason: "cannot decode the job: \(String(decoding: json.prefix(500), as: UTF8.self))")
            }
            return try await handle(job, context)
        }
        self.onDeadLetter = { json in
            if let job = try? Kind(payload: json) { try await onDeadLetter(job) }
        }
    }
}

/// What a handler's effect and the end of its job have in common.
package enum Completion: Sendable {
    /// The statement that had the effect also removed the job's row (or found it gone). The strongest form.
    case recorded
    /// The effect was outside of PostgreSQL and carried the job's id; the engine removes the row now.
    case finished
}

/// How the engine continues after a failure. A ``MachineError`` that is a condition of the machine postpones the job
/// without counting an attempt; any other error means: try again later.
package enum JobError: Error {
    /// Another attempt would change nothing, whichever worker made it: the job itself is the cause. It is
    /// dead-lettered, with the reason.
    case permanent(reason: String)
    /// This version of the program does not know something that the job names; a newer worker may. The job is kept as
    /// one of an unknown kind is.
    case unsupported(reason: String)
    /// Runs the job again after the time, without counting an attempt.
    case snooze(Duration)
    /// The statement with the effect found the job ended: another run did it.
    case alreadyDone
}

/// The run that a handler is part of.
package struct JobContext: Sendable {
    /// The same for all attempts: the idempotency key towards other systems.
    package let id: JobID
    package let kind: String
    /// How many attempts have failed before this one.
    package let attempt: Int
    /// Whether a failure now is final.
    package let isLastAttempt: Bool
    /// The request that caused the job.
    package let trace: String?
    /// The job that waits for all jobs of this one's batch.
    package let batch: JobID?
    /// How far earlier runs came, for jobs that work in steps: see ``FanOut``.
    package let checkpoint: String?
    let processLog: Log
    let reporter: ProgressReporter?
    private let onSlotReleased: @Sendable () -> Void

    /// The context of a run without a consumer, in tests.
    package init(
        _ envelope: Envelope, handler: JobHandler, checkpoint: String?, log: Log
    ) {
        self.init(
            envelope, attempt: envelope.attempt, handler: handler, checkpoint: checkpoint, log: log, reporter: nil,
            onSlotReleased: {})
    }

    init(
        _ envelope: Envelope, attempt: Int, handler: JobHandler, checkpoint: String?, log: Log,
        reporter: ProgressReporter?, onSlotReleased: @escaping @Sendable () -> Void
    ) {
        id = envelope.id
        kind = envelope.kind
        self.attempt = attempt
        isLastAttempt = attempt + 1 >= handler.attempts
        trace = envelope.trace
        batch = envelope.batch
        self.checkpoint = checkpoint
        processLog = log
        self.reporter = reporter
        self.onSlotReleased = onSlotReleased
    }

    /// A log that adds the job's id, kind and trace.
    package var log: Log {
        let log = processLog.with("job", .text(id.description)).with("kind", .text(kind))
        guard let trace else { return log }
        return log.with("request", .text(trace))
    }

    /// Lets the worker run another job beside this one, which continues and keeps its lease: for a handler that waits
    /// long for something outside of the product. Of the jobs of one worker ``Consumer/releasedSlotLimit`` may do so at
    /// the same time; for more it has no effect. Any thread.
    package func releaseSlot() {
        onSlotReleased()
    }

    /// Reports progress to operators who inspect the job. Costs next to nothing; only the latest report is kept.
    package func report(_ progress: String) {
        reporter?.report(progress, of: id)
    }
}
