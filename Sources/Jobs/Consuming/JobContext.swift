package import Chassis
package import Social

/// What a handler may know of the run it is in.
package struct JobContext: Sendable {
    /// Stable over all attempts: the idempotency key towards the outside.
    package let id: JobID
    /// How many attempts have failed before this one.
    package let attempt: Int
    /// Whether a failure now is final.
    package let isLastAttempt: Bool
    /// The request that caused the job.
    package let trace: String?
    /// Carries the job's id and trace.
    package let log: Log
}
