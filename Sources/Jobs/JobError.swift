/// What a handler throws to say how to go on; any other error means: try again later.
package enum JobError: Error {
    /// Trying again would change nothing. The job is dead, with the reason kept.
    case permanent(reason: String)
    /// Not now: come again after the time. Costs no attempt.
    case snooze(Duration)
    /// The statement with the effect found the job ended: another run did it. Nothing is left to do.
    case alreadyDone
}
