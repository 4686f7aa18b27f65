import Chassis
import Postgres
import Storage

/// The moments at which a tick is due.
///
/// A calendar is matched against the clock on the wall, and PostgreSQL says which moments that clock means. Twice a year
/// it jumps, and then it depends on what the expression is for:
/// - One that names hours (`30 2 * * *`) means times on the wall: each is due exactly once a day. A time that the clock
///   skips is due as much later as the clock jumped (02:30 when it shows 03:30); a time that it shows twice is due the
///   second time. Two times that fall on one moment are one tick.
/// - One that holds in every hour (`*/15 * * * *`) means an interval: it is due whenever the clock shows such a minute.
///   Nothing is due for minutes that are skipped, and in the repeated hour it goes on without a pause; real time between
///   two ticks stays the same wherever the jump is a multiple of it.
enum Recurrence: Sendable {
    case interval(seconds: Int)
    case calendar(CronExpression, zone: String)

    /// More than any clock is put forward or back in the year.
    private static let largestJumpMinutes = 180

    /// A zone of PostgreSQL's.
    var zone: String {
        switch self {
        case .interval: "UTC"
        case .calendar(_, let zone): zone
        }
    }

    /// Moments around now, ascending: all that are due since the last tick, or at least as many of them, and the next.
    /// - Parameter limit: How many due ones are wanted at most.
    func moments(_ state: ScheduleState, limit: Int, _ ticks: ScheduledRunStore) async throws(PostgresError)
        -> [Timestamp]
    {
        switch self {
        case .interval(let seconds):
            let step = Int64(seconds) * 1_000_000
            let newest = state.now.microseconds / step
            let missed = (newest - state.last.microseconds / step).clamped(to: 0...Int64(limit))
            return ((newest - missed + 1)...(newest + 1)).map { Timestamp(microseconds: $0 * step) }
        case .calendar(let expression, let zone):
            return try await ticks.moments(
                Self.wallMinutes(expression, state, limit), in: zone, repeating: expression.hasEveryHour)
        }
    }

    /// Around a jump what the clock shows is not in the order of time: some hours around now are taken whole.
    private static func wallMinutes(_ expression: CronExpression, _ state: ScheduleState, _ limit: Int) -> [Int] {
        let first = state.wallMinute - largestJumpMinutes
        let last = state.wallMinute + largestJumpMinutes
        let since = min(state.lastWallMinute - largestJumpMinutes, first)
        return expression.minutes(in: since...first, limit: limit) + expression.minutes(in: (first + 1)...last)
            + [expression.first(after: last)].compactMap { $0 }
    }
}

extension Int64 {
    fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
