import Domain
import Testing

@testable import Scheduler

@Suite("A recurrence rule") struct RecurrenceRuleTests {
    private let installation = Identifier(high: 1, low: 2)

    @Test(arguments: ["", "CET", "UTC+3", "A/B3", "<+03>-3", "Berlin"])
    func `refuses a text that is not the name of a time zone`(zone: String) {
        #expect(throws: CronError.self) {
            try RecurrenceRule.cron("* * * * *", in: zone).recurrence(of: "a", installation: installation)
        }
    }

    @Test func `refuses an empty interval`() {
        #expect(throws: CronError.self) {
            try RecurrenceRule.every(seconds: 0).recurrence(of: "a", installation: installation)
        }
    }

    @Test func `spreads the minutes of installations and of entries, and never changes them`() throws {
        var minutes: [Int] = []
        for number in 0..<500 {
            minutes.append(try minute(of: "reconcile", Identifier(high: UInt64(number), low: 7)))
            #expect(try minute(of: "reconcile", Identifier(high: UInt64(number), low: 7)) == minutes.last)
        }
        #expect(Set(minutes).count == 60)
        #expect(Dictionary(grouping: minutes) { $0 }.values.allSatisfy { $0.count < 30 })
        let entries = try ["a", "b", "c", "d"].map { try minute(of: $0, installation) }
        #expect(Set(entries).count > 1)
        // Must be the same with every version of the product.
        #expect(try minute(of: "reconcile counters", installation) == 28)
    }

    /// The minute of the third hour at which the first run is due.
    private func minute(of name: String, _ installation: Identifier) throws -> Int {
        guard
            case .calendar(let expression, "UTC") = try RecurrenceRule.nightly(hour: 3).recurrence(
                of: name, installation: installation)
        else { throw CronError(expression: name, reason: "is no calendar") }
        let first = try #require(expression.first(after: 0))
        #expect(first / 60 == 3)
        return first % 60
    }
}
