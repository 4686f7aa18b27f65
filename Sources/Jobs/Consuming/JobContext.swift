package import Chassis
package import Domain

/// What a handler may know of the run it is in.
package struct JobContext: Sendable {
    /// Stable over all attempts: the idempotency key towards the outside.
    package let id: JobID
    package let kind: String
    /// How many attempts have failed before this one.
    package let attempt: Int
    /// Whether a failure now is final.
    package let isLastAttempt: Bool
    /// The request that caused the job.
    package let trace: String?
    /// The job that waits for this one and its like.
    package let batch: JobID?
    /// How far earlier runs came, for jobs that work in steps: see ``FanOut``.
    package let checkpoint: String?
    let processLog: Log
    let reporter: ProgressReporter?

    /// Carries the job's id, kind and trace.
    package var log: Log {
        let log = processLog.with("job", .text(id.description)).with("kind", .text(kind))
        guard let trace else { return log }
        return log.with("request", .text(trace))
    }

    /// Says how far the work is, for whoever inspects the job. Costs next to nothing; only the latest is kept.
    package func report(_ progress: String) {
        reporter?.report(progress, of: id)
    }
}
