extension Timestamp {
    /// Reads a time in UTC as services write it: `2024-03-15T10:30:00Z`, with any number of decimals, of which six
    /// count. Nil for any other text and for a day that does not exist.
    package init?(iso8601 text: String) {
        guard text.utf8.count <= 40,
            let match = text.wholeMatch(
                of: /([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,12}))?Z/),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), let hour = Int(match.4),
            let minute = Int(match.5), let second = Int(match.6), hour < 24, minute < 60, second <= 60,
            (1...12).contains(month)
        else { return nil }
        let days = CivilDate.daysSince1970(year: year, month: month, day: day)
        let date = CivilDate(daysSince1970: days)
        guard date.day == day, date.month == month else { return nil }
        let decimals = (match.7.map(String.init) ?? "").prefix(6)
        let microseconds = Int64(decimals + String(repeating: "0", count: 6 - decimals.count)) ?? 0
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(microseconds: Int64(seconds) * 1_000_000 + microseconds)
    }
}
