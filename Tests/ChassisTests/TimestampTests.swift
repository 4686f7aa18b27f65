import Chassis
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (-1_000_000, "1969-12-31T23:59:59.000Z"),
        (1_710_498_600_123_999, "2024-03-15T10:30:00.123Z"), (951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
        (951_868_800_000_000, "2000-03-01T00:00:00.000Z"), (1_709_164_800_000_000, "2024-02-29T00:00:00.000Z"),
        (4_107_542_400_000_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999Z"),
        (253_402_300_800_000_000, "010000-01-01T00:00:00.000Z"), (-62_135_596_800_000_000, "0001-01-01T00:00:00.000Z"),
        (-62_198_755_200_000_000, "-0001-01-01T00:00:00.000Z"),
    ])
    func `writes ISO 8601`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).text(.milliseconds) == text)
    }

    @Test(arguments: [Int64.min, .max])
    func `writes the extreme values of the type`(microseconds: Int64) {
        #expect(Timestamp(microseconds: microseconds).text(.seconds).hasSuffix("Z"))
    }

    @Test func `omits fractions when only seconds are requested`() {
        #expect(Timestamp(microseconds: 1_999_999).text(.seconds) == "1970-01-01T00:00:01Z")
        #expect(Timestamp(microseconds: -1).text(.seconds) == "1969-12-31T23:59:59Z")
    }

    @Test func `writes the same dates as Foundation over four centuries`() {
        let style = Date.ISO8601FormatStyle()
        for day in stride(from: -50_000, to: 100_000, by: 59) {
            let seconds = day * 86_400 + day & 0xFFFF
            #expect(
                Timestamp(unixSeconds: seconds).text(.seconds)
                    == Date(timeIntervalSince1970: Double(seconds)).formatted(style))
        }
    }

    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (1_709_210_096, "Thu, 29 Feb 2024 12:34:56 GMT"),
    ])
    func `writes the date of HTTP`(seconds: Int, text: String) {
        #expect(Timestamp(unixSeconds: seconds).httpDate == text)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
    func `reads the three dates of HTTP`(text: String) {
        #expect(Timestamp(httpDate: text)?.unixSeconds == 784_111_777)
    }

    @Test func `reads the date of HTTP that it writes`() {
        for seconds in stride(from: -40_000_000_000, to: 200_000_000_000, by: 99_999_989) {
            let date = Timestamp(unixSeconds: seconds)
            #expect(Timestamp(httpDate: date.httpDate) == date)
        }
    }

    @Test(arguments: [
        "", "GMT", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "06 Nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT",
        "Sun, 06 Nov 19940 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
        "\"v1\"", "1994-11-06T08:49:37Z",
    ])
    func `reads no other text as a date of HTTP`(text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }

    @Test func `rounds down on both sides of 1970 and at the end of time`() {
        #expect(Timestamp(microseconds: 1_999_999).unixSeconds == 1)
        #expect(Timestamp(microseconds: -1).unixSeconds == -1)
        #expect(Timestamp(microseconds: -1).unixMilliseconds == -1)
        #expect(Timestamp(microseconds: 1_999).unixMilliseconds == 1)
        #expect(Timestamp(microseconds: 253_402_300_799_999_999).unixSeconds == 253_402_300_799)
    }

    @Test func `adds durations and compares`() {
        let start = Timestamp(unixSeconds: 10)
        #expect(start.adding(.milliseconds(1)).microseconds == 10_001_000)
        #expect(start < start.adding(.microseconds(1)))
        #expect(abs(Timestamp.now.unixSeconds - Int(Date().timeIntervalSince1970)) <= 1)
    }
}
