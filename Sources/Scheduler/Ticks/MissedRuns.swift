import Chassis

/// What happens to ticks that came due while no scheduler ran.
enum MissedRuns: Sendable, Equatable {
    /// Nothing: only a tick of the last minute fires.
    case skip
    /// The newest of them fires, late.
    case once
    /// Each of them fires, late, the oldest first; of more than so many only the newest.
    case all(atMost: Int)

    /// A restart, or a server that is busy, makes no tick a missed one.
    static let grace = Duration.seconds(60)

    /// How many ticks it can take at a time.
    var limit: Int {
        switch self {
        case .skip, .once: 1
        case .all(let limit): min(max(limit, 1), 1_000)
        }
    }

    /// - Parameter due: Those that are due and have not fired, ascending.
    func chosen(from due: [Timestamp], at now: Timestamp) -> [Timestamp] {
        let newest = Array(due.suffix(limit))
        return self == .skip ? newest.filter { $0.adding(Self.grace) >= now } : newest
    }
}
