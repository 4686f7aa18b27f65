extension Timestamp {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Reads a date of HTTP in any of the three forms that a recipient must accept (RFC 9110, 5.6.7):
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. Nil for any other
    /// text and for a day that does not exist. The day's name is not checked.
    package init?(httpDate text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.split(separator: " ")
        let (day, month, year, time): (Substring, Substring, Substring, Substring)
        switch words.count {
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            (day, month, year, time) = (words[1], words[2], words[3], words[4])
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let parts = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].utf8.count == 2 else { return nil }
            (day, month, year, time) = (parts[0], parts[1], parts[2], words[2])
        case 5:
            (day, month, year, time) = (words[2], words[1], words[4], words[3])
        default: return nil
        }
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard let monthIndex = Self.months.firstIndex(of: String(month)), let day = Self.number(day, 1...2),
            var year = Self.number(year, 2...4), clock.count == 3, let hour = Self.number(clock[0], 2...2), hour < 24,
            let minute = Self.number(clock[1], 2...2), minute < 60, let second = Self.number(clock[2], 2...2),
            second <= 60
        else { return nil }
        if year < 100 { year = Self.fullYear(year) }
        let days = CivilDate.daysSince1970(year: year, month: monthIndex + 1, day: day)
        let date = CivilDate(daysSince1970: days)
        guard date.day == day, date.month == monthIndex + 1 else { return nil }
        self.init(unixSeconds: days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    /// Returns the year that two digits mean: one more than 50 years in the future is in the past century.
    private static func fullYear(_ digits: Int) -> Int {
        let now = CivilDate(daysSince1970: Timestamp.now.unixSeconds / 86_400).year
        let year = now / 100 * 100 + digits
        return year > now + 50 ? year - 100 : year
    }

    private static func number(_ text: Substring, _ digits: ClosedRange<Int>) -> Int? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}

extension CivilDate {
    /// Returns the number of days from 1970-01-01, with Hinnant's `days_from_civil`. A day beyond the end of its month
    /// is one of the next.
    static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
