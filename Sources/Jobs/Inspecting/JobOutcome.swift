/// What became of an operator's wish for one job.
package enum JobOutcome: Sendable, Equatable {
    case done
    /// Its worker is told within about a second.
    case interrupting
    /// It stands somewhere where this cannot be done.
    case refused(place: String)
    /// Neither PostgreSQL nor Redis knows it.
    case unknown
}
