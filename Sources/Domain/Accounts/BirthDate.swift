/// A date of birth of the Gregorian calendar, from 1900 on.
package struct BirthDate: Hashable, Sendable, CustomStringConvertible {
    /// `YYYY-MM-DD`
    package let description: String

    /// - Parameters:
    ///   - text: `YYYY-MM-DD`, optionally followed by a time, which is ignored.
    ///   - today: The latest accepted date, as `YYYY-MM-DD`.
    package init(_ text: String, notAfter today: String, field: String = "dateOfBirth") throws(DomainError) {
        let refusal = DomainError(field: field, reason: "\(field) must be a day of the past as YYYY-MM-DD")
        guard text.utf8.count <= 40,
            let match = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})(T[0-9:.+Z\-]*)?/),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3)
        else { throw refusal }
        let date = String(text.prefix(10))
        guard year >= 1900, (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), date <= today
        else { throw refusal }
        description = date
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
