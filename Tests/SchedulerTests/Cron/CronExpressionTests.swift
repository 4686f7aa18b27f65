import Testing

@testable import Scheduler

@Suite("A cron expression") struct CronExpressionTests {
    struct Case: CustomTestStringConvertible {
        let expression: String
        let from: String
        let next: [String]
        var testDescription: String { "\(expression) from \(from)" }

        init(_ expression: String, _ from: String, _ next: String...) {
            self.expression = expression
            self.from = from
            self.next = next
        }
    }

    static let cases = [
        Case("* * * * *", "2026-01-01T00:00", "2026-01-01T00:01", "2026-01-01T00:02"),
        Case("0 0 1 1 *", "2026-01-01T00:00", "2027-01-01T00:00"),
        Case("*/20 * * * *", "2026-01-01T00:00", "2026-01-01T00:20", "2026-01-01T00:40", "2026-01-01T01:00"),
        Case("10-50/20 3 * * *", "2026-01-01T00:00", "2026-01-01T03:10", "2026-01-01T03:30", "2026-01-01T03:50"),
        Case("5,3,50-52 4 * * *", "2026-01-01T04:04", "2026-01-01T04:05", "2026-01-01T04:50", "2026-01-01T04:51"),
        Case("0 22-23,0 * * *", "2026-01-01T00:00", "2026-01-01T22:00", "2026-01-01T23:00", "2026-01-02T00:00"),
        Case("0 9 * * mon-fri", "2026-01-02T09:00", "2026-01-05T09:00", "2026-01-06T09:00"),
        Case("0 9 * * MON", "2026-01-01T00:00", "2026-01-05T09:00", "2026-01-12T09:00"),
        Case("0 0 * JAN,mar *", "2026-01-30T12:00", "2026-01-31T00:00", "2026-03-01T00:00"),
        // Sunday is 0 and 7.
        Case("0 0 * * 0", "2026-01-01T00:00", "2026-01-04T00:00", "2026-01-11T00:00"),
        Case("0 0 * * 7", "2026-01-01T00:00", "2026-01-04T00:00", "2026-01-11T00:00"),
        Case("0 0 * * sun", "2026-01-01T00:00", "2026-01-04T00:00", "2026-01-11T00:00"),
        Case("0 0 * * 6-7", "2026-01-01T00:00", "2026-01-03T00:00", "2026-01-04T00:00", "2026-01-10T00:00"),
        Case("0 0 * * */7", "2026-01-01T00:00", "2026-01-04T00:00", "2026-01-11T00:00"),
        // Both days restricted: either is enough.
        Case("0 0 13 * 5", "2026-02-07T00:00", "2026-02-13T00:00", "2026-02-20T00:00", "2026-02-27T00:00"),
        Case("0 0 1 * 1", "2026-01-27T00:00", "2026-02-01T00:00", "2026-02-02T00:00", "2026-02-09T00:00"),
        // One of them with a star: both must match.
        Case("0 0 */2 * 1", "2026-01-01T00:00", "2026-01-05T00:00", "2026-01-19T00:00", "2026-02-09T00:00"),
        Case("0 0 1 * *", "2026-01-27T00:00", "2026-02-01T00:00", "2026-03-01T00:00"),
        // The ends of months and years.
        Case("59 23 31 * *", "2026-01-31T23:59", "2026-03-31T23:59", "2026-05-31T23:59"),
        Case("0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00", "2032-02-29T00:00"),
        Case("0 0 29 2 *", "2096-02-29T00:00", "2104-02-29T00:00"),
        Case("0 0 1 1 *", "2026-12-31T23:59", "2027-01-01T00:00"),
        Case(" 0  12 * * * ", "2026-01-01T00:00", "2026-01-01T12:00"),
    ]

    @Test(arguments: cases) func `names the next minutes`(_ expected: Case) throws {
        let expression = try CronExpression(expected.expression)
        var minute = wallMinute(expected.from)
        for next in expected.next {
            minute = try #require(expression.first(after: minute))
            #expect(wallText(minute) == next)
        }
    }

    @Test(arguments: cases) func `finds the same minutes looking back`(_ expected: Case) throws {
        let expression = try CronExpression(expected.expression)
        let last = try #require(expected.next.last)
        let range = wallMinute(expected.from) + 1...wallMinute(last)
        #expect(expression.minutes(in: range).map(wallText) == expected.next.reversed())
        #expect(expression.minutes(in: range, limit: 1).map(wallText) == [last])
        #expect(expression.minutes(in: range, limit: 0) == [])
    }

    @Test func `tells what follows the clock from what means an interval`() throws {
        #expect(try CronExpression("*/5 * * * *").hasEveryHour)
        #expect(try CronExpression("0 0-23 * * *").hasEveryHour)
        #expect(try CronExpression("0 */1 1 * *").hasEveryHour)
        #expect(try !CronExpression("0 */2 * * *").hasEveryHour)
        #expect(try !CronExpression("* 3 * * *").hasEveryHour)
    }

    @Test(arguments: [
        ("", "it has 0 fields instead of five"),
        ("* * * *", "it has 4 fields instead of five"),
        ("* * * * * *", "it has 6 fields instead of five"),
        ("60 * * * *", "in its minute, 60 is not in 0 to 59"),
        ("* 24 * * *", "in its hour, 24 is not in 0 to 23"),
        ("* * 0 * *", "in its day of month, 0 is not in 1 to 31"),
        ("* * * 13 *", "in its month, 13 is not in 1 to 12"),
        ("* * * * 8", "in its day of week, 8 is not in 0 to 7"),
        ("-1 * * * *", "in its minute, \"\" is neither a number nor a name"),
        ("+1 * * * *", "in its minute, \"+1\" is neither a number nor a name"),
        ("1, * * * *", "in its minute, \"\" is neither a number nor a name"),
        ("x * * * *", "in its minute, \"x\" is neither a number nor a name"),
        ("* * * monday *", "in its month, \"monday\" is neither a number nor a name"),
        ("mon * * * *", "in its minute, \"mon\" is neither a number nor a name"),
        ("5-1 * * * *", "in its minute, the range \"5-1\" ends before it begins"),
        ("1-2-3 * * * *", "in its minute, \"1-2-3\" is no range"),
        ("*/0 * * * *", "in its minute, \"0\" is no step"),
        ("*/x * * * *", "in its minute, \"x\" is no step"),
        ("*/2/3 * * * *", "in its minute, \"*/2/3\" has more than one step"),
        ("5/15 * * * *", "in its minute, \"5/15\" has a step without a range or *"),
        ("0 0 30 2 *", "there is no such day"),
        ("0 0 31 4,6,9,11 *", "there is no such day"),
        ("@daily", "it has 1 fields instead of five"),
    ]) func `that is wrong is refused with the reason`(expression: String, reason: String) {
        #expect(throws: CronError(expression: expression, reason: reason)) { try CronExpression(expression) }
    }
}
