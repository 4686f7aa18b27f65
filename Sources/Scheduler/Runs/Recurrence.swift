import Chassis
import Domain
import Postgres
import Storage

/// When a scheduled job is due, as the schedule writes it.
enum RecurrenceRule: Sendable {
    /// At every multiple of so many seconds since 1970, so that all schedulers mean the same moments.
    case every(seconds: Int)
    /// Five fields of crontab(5) in a time zone of the IANA database, such as `Europe/Berlin`; see ``Recurrence``.
    case cron(String, in: String = "UTC")
    /// Once a night, at a minute of this hour that is derived from the installation and the entry's name, so that
    /// neither installations that share a server nor the entries of one all start together.
    case nightly(hour: Int, in: String = "UTC")

    /// - Parameters:
    ///   - name: The entry's name.
    ///   - installation: The same for every scheduler; it never changes.
    /// - Throws: ``CronError``.
    func recurrence(of name: String, installation: Identifier) throws(CronError) -> Recurrence {
        switch self {
        case .every(let seconds):
            guard seconds > 0 else {
                throw CronError(expression: "every \(seconds) s", reason: "the interval must be positive")
            }
            return .interval(seconds: seconds)
        case .cron(let expression, let zone):
            guard Self.isZone(zone) else {
                throw CronError(
                    expression: expression, reason: "\"\(zone)\" is not the name of a time zone, Area/Place")
            }
            return .calendar(try CronExpression(expression), zone: zone)
        case .nightly(let hour, let zone):
            // A hash that never changes, so that the minute does not either.
            let minute = FNV1a.hash("\(installation)/\(name)".utf8) % 60
            return try Self.cron("\(minute) \(hour) * * *", in: zone).recurrence(of: name, installation: installation)
        }
    }

    /// Returns whether a text is the name of a zone. PostgreSQL accepts more: `UTC+3`, say, which lies west of
    /// Greenwich.
    private static func isZone(_ name: String) -> Bool {
        let isName = name.contains("/") && !name.contains { $0.isNumber || $0 == "+" || $0 == "," || $0 == "<" }
        return name == "UTC" || isName
    }
}

/// The moments at which a scheduled job is due.
///
/// A calendar is matched against local time, and PostgreSQL converts that to moments. Twice a year local time jumps,
/// and then the meaning of the expression decides:
/// - One that names hours (`30 2 * * *`) means local times: each is due exactly once a day. A time that local time
///   skips is due as much later as it jumped (02:30 becomes 03:30); a time that occurs twice is due the second time.
///   Two times that fall on one moment are one run.
/// - One that holds in every hour (`*/15 * * * *`) means an interval: it is due whenever local time shows such a
///   minute. Nothing is due for minutes that are skipped, and in the repeated hour it continues without a pause; real
///   time between two runs stays the same if the jump is a multiple of it.
enum Recurrence: Sendable {
    case interval(seconds: Int)
    case calendar(CronExpression, zone: String)

    /// More than local time jumps anywhere.
    private static let largestJumpMinutes = 180

    /// A time zone by PostgreSQL's name.
    var zone: String {
        switch self {
        case .interval: "UTC"
        case .calendar(_, let zone): zone
        }
    }

    /// Returns moments around now, ascending: all that came due since the last run, or the newest of them, and the
    /// next.
    /// - Parameter limit: The most due moments that are needed.
    func moments(_ state: ScheduleState, limit: Int, _ runs: ScheduledRunStore) async throws(PostgresError)
        -> [Timestamp]
    {
        switch self {
        case .interval(let seconds):
            let step = Int64(seconds) * 1_000_000
            let newest = state.now.microseconds / step
            let missed = (newest - state.last.microseconds / step).clamped(to: 0...Int64(limit))
            return ((newest - missed + 1)...(newest + 1)).map { Timestamp(microseconds: $0 * step) }
        case .calendar(let expression, let zone):
            return try await runs.moments(
                Self.wallMinutes(expression, state, limit), in: zone, repeating: expression.hasEveryHour)
        }
    }

    /// Around a jump local time is not in the order of real time: some hours around now are read completely.
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
