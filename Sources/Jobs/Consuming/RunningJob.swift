import Domain

/// A job in hand. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class RunningJob: @unchecked Sendable {
    /// Why its task was cancelled from outside.
    enum Interruption {
        case overdue, cancelled, stopping
    }

    let claimed: Claimed
    let startedAt: UInt64
    /// Monotonic, in nanoseconds.
    var deadline = UInt64.max
    var task: Task<Void, Never>?
    private(set) var interruption: Interruption?

    init(_ claimed: Claimed, at now: UInt64) {
        self.claimed = claimed
        startedAt = now
    }

    /// The first reason counts.
    func interrupt(_ reason: Interruption) {
        guard interruption == nil else { return }
        interruption = reason
        task?.cancel()
    }
}
