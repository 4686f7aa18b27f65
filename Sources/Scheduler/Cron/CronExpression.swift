import Chassis

/// The error for an invalid cron expression.
struct CronError: Error, Equatable, CustomStringConvertible {
    let expression: String
    let reason: String

    var description: String { "invalid schedule \"\(expression)\": \(reason)" }
}

/// Five fields of crontab(5): minute, hour, day of month, month, day of week. They are matched against local time in
/// whole minutes since local time was 1970-01-01 00:00; PostgreSQL converts those to moments, see ``Recurrence``.
///
/// As in crontab(5), if neither day field contains a `*`, a day must match one of them; else it must match both.
struct CronExpression: Sendable, Equatable {
    private static let minutesPerDay = 1_440
    /// Every satisfiable expression matches within this time: 29 February occurs within eight years, and on each day of
    /// the week within forty.
    private static let horizonDays = 40 * 366

    /// The minutes of a matching day, ascending.
    private let minutes: [Int]
    private let daysOfMonth: Set<Int>
    private let months: Set<Int>
    private let daysOfWeek: Set<Int>
    private let isEitherDay: Bool
    /// Whether it names no hours. Then it means an interval, which follows real time; one that names hours means local
    /// times. See ``Recurrence``.
    let hasEveryHour: Bool

    init(_ text: String) throws(CronError) {
        let fields = text.split(separator: " ")
        guard fields.count == CronField.allCases.count else {
            throw CronError(expression: text, reason: "it has \(fields.count) fields instead of five")
        }
        func values(_ field: CronField) throws(CronError) -> Set<Int> {
            do {
                return try field.values(in: fields[field.rawValue])
            } catch {
                throw CronError(expression: text, reason: error.reason)
            }
        }
        let ofHour = try values(.minute).sorted()
        let hours = try values(.hour).sorted()
        minutes = hours.flatMap { hour in ofHour.map { hour * 60 + $0 } }
        hasEveryHour = hours.count == 24
        daysOfMonth = try values(.dayOfMonth)
        months = try values(.month)
        daysOfWeek = try values(.dayOfWeek)
        isEitherDay = [.dayOfMonth, .dayOfWeek].allSatisfy { (field: CronField) in
            !fields[field.rawValue].contains("*")
        }
        guard first(after: 0) != nil else { throw CronError(expression: text, reason: "there is no such day") }
    }

    /// Returns the matching minutes of a range, the newest first.
    func minutes(in range: ClosedRange<Int>, limit: Int = .max) -> [Int] {
        var found: [Int] = []
        var day = Self.day(of: range.upperBound)
        while day >= Self.day(of: range.lowerBound), found.count < limit {
            if includes(day) {
                let ofDay = minutes.reversed().lazy.map { day * Self.minutesPerDay + $0 }.filter(range.contains)
                found.append(contentsOf: ofDay.prefix(limit - found.count))
            }
            day -= 1
        }
        return found
    }

    /// Returns the first matching minute after another; nil if there is none.
    func first(after minute: Int) -> Int? {
        let today = Self.day(of: minute)
        for day in today...(today + Self.horizonDays) where includes(day) {
            let ofDay = minutes.lazy.map { day * Self.minutesPerDay + $0 }
            if let found = ofDay.first(where: { $0 > minute }) { return found }
        }
        return nil
    }

    private func includes(_ day: Int) -> Bool {
        let date = CivilDate(daysSince1970: day)
        guard months.contains(date.month) else { return false }
        let isDayOfMonth = daysOfMonth.contains(date.day)
        let isDayOfWeek = daysOfWeek.contains(date.weekday)
        return isEitherDay ? isDayOfMonth || isDayOfWeek : isDayOfMonth && isDayOfWeek
    }

    private static func day(of minute: Int) -> Int {
        minute >= 0 ? minute / minutesPerDay : (minute + 1) / minutesPerDay - 1
    }
}
