/// Where a job can stand in its life, as operators name it.
package enum JobState: String, Sendable, CaseIterable {
    /// To be run as soon as a worker is free.
    case queued
    /// To be run later: promised so, or to be tried again.
    case delayed
    case running
    /// Runs when its batch has ended.
    case waiting
    case dead
    case done
    case cancelled

    /// Whether jobs stay in it until they are removed.
    package var isEnd: Bool { [.dead, .done, .cancelled].contains(self) }
}
