/// A day of the Gregorian calendar, in UTC where it follows from a time.
package struct CalendarDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Days since 1970-01-01.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }

    /// The day that contains a time, in seconds since 1970.
    package init(unixSeconds: Int) {
        number = unixSeconds >= 0 ? unixSeconds / 86_400 : (unixSeconds - 86_399) / 86_400
    }

    /// - Parameter text: `YYYY-MM-DD`, from year 1 on.
    /// - Throws: `validation_failed`.
    package init(_ text: String, field: String) throws(DomainError) {
        let refusal = DomainError(field: field, reason: "\(field) must be a day as YYYY-MM-DD")
        guard text.utf8.count == 10, let match = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), year > 0,
            (1...12).contains(month), day > 0
        else { throw refusal }
        let number = Self.number(year, month, day)
        // 30 February is 1 or 2 March.
        guard Self.date(number) == (year, month, day) else { throw refusal }
        self.number = number
    }

    /// `YYYY-MM-DD`
    package var description: String {
        let (year, month, day) = Self.date(number)
        let padded = { (number: Int, count: Int) in
            String(repeating: "0", count: max(0, count - "\(number)".count)) + "\(number)"
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.number < right.number }

    // Years that begin in March, in eras of 400 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").

    private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (year / 400, year % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(_ number: Int) -> (year: Int, month: Int, day: Int) {
        let days = number + 719_468
        let (era, dayOfEra) = (days / 146_097, days % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}
