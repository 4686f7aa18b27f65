extension Timestamp {
    /// The digits of a second in a text.
    package enum Precision: Sendable {
        /// `2024-03-15T10:30:00Z`
        case seconds
        /// `2024-03-15T10:30:00.000Z`
        case milliseconds
    }

    /// ISO 8601 in UTC.
    package func text(_ precision: Precision) -> String {
        String(unsafeUninitializedCapacity: Self.longestText) { text in
            text.baseAddress.map { write(precision, to: $0) } ?? 0
        }
    }

    /// Appends ISO 8601 in UTC.
    package func write(_ precision: Precision, to output: inout ByteWriter) {
        output.append(atMost: Self.longestText) { write(precision, to: $0) }
    }

    /// A year of six digits with its sign, and milliseconds.
    private static let longestText = 27

    /// - Parameter text: Room for ``longestText`` bytes.
    /// - Returns: How many are written.
    private func write(_ precision: Precision, to text: UnsafeMutablePointer<UInt8>) -> Int {
        let milliseconds = microseconds.flooredQuotient(by: 1_000)
        let seconds = milliseconds.flooredQuotient(by: 1_000)
        let days = seconds.flooredQuotient(by: 86_400)
        let second = Int(seconds - days * 86_400)
        let date = CivilDate(daysSince1970: Int(days))
        var position = 0
        func mark(_ mark: Unicode.Scalar) {
            text[position] = UInt8(ascii: mark)
            position += 1
        }
        // Digit by digit without a loop: a page of a feed has thirty times.
        func twoDigits(_ number: Int) {
            let tens = number / 10
            text[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: tens)
            text[position + 1] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number &- tens &* 10)
            position += 2
        }
        if date.year < 0 { mark("-") }
        let century = abs(date.year) / 100
        if century > 99 { twoDigits(century / 100) }
        twoDigits(century % 100)
        twoDigits(abs(date.year) % 100)
        mark("-")
        twoDigits(date.month)
        mark("-")
        twoDigits(date.day)
        mark("T")
        twoDigits(second / 3_600)
        mark(":")
        twoDigits(second / 60 % 60)
        mark(":")
        twoDigits(second % 60)
        if precision == .milliseconds {
            let millisecond = Int(milliseconds - seconds * 1_000)
            mark(".")
            text[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: millisecond / 100)
            position += 1
            twoDigits(millisecond % 100)
        }
        mark("Z")
        return position
    }

    /// The date of RFC 9110 (IMF-fixdate): `Sun, 06 Nov 1994 08:49:37 GMT`.
    package var httpDate: String {
        let seconds = microseconds.flooredQuotient(by: 1_000_000)
        let days = Int(seconds.flooredQuotient(by: 86_400))
        let date = CivilDate(daysSince1970: days)
        let second = Int(seconds) - days * 86_400
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var bytes = Array("\(weekdays[date.weekday]), ".utf8)
        bytes.appendTwoDigits(date.day)
        bytes += Array(" \(months[date.month - 1]) ".utf8)
        bytes.appendYear(date.year)
        bytes.append(UInt8(ascii: " "))
        bytes.appendTwoDigits(second / 3_600)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendTwoDigits(second / 60 % 60)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendTwoDigits(second % 60)
        bytes += Array(" GMT".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Four digits; a year outside of them gets a sign or more digits.
    fileprivate mutating func appendYear(_ year: Int) {
        if year < 0 { append(UInt8(ascii: "-")) }
        appendDecimal(abs(year), digits: abs(year) > 9_999 ? 6 : 4)
    }

    /// Appends a number that is not negative, padded with zeros on the left.
    fileprivate mutating func appendDecimal(_ number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}

/// A day of the Gregorian calendar, computed with Howard Hinnant's `civil_from_days`
/// (https://howardhinnant.github.io/date_algorithms.html).
package struct CivilDate: Equatable, Sendable {
    package let year: Int
    /// 1 to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    /// 0 is Sunday, 6 is Saturday.
    package let weekday: Int

    /// - Parameter days: Since 1970-01-01, which was a Thursday; before that they are negative.
    package init(daysSince1970 days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        weekday = ((days + 4) % 7 + 7) % 7
    }
}
