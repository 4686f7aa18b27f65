import Chassis
import TestSupport
import Testing

@testable import Scheduler

/// Clocks that are put forward and back. Each case is looked at once afterwards and, under another name, every ten
/// minutes: the same runs fire.
@Suite("When clocks jump", .database) struct ClockJumpTests {
    struct Case: CustomTestStringConvertible {
        let schedule: RecurrenceRule
        let first: String
        let last: String
        let fires: [Timestamp]
        var testDescription: String { "\(schedule)" }

        init(_ expression: String, in zone: String, _ first: String, _ last: String, fires: [Timestamp]) {
            schedule = .cron(expression, in: zone)
            self.first = first
            self.last = last
            self.fires = fires
        }

        init(_ expression: String, in zone: String, _ first: String, _ last: String, fires: String...) {
            self.init(expression, in: zone, first, last, fires: fires.map(moment))
        }
    }

    // Berlin: from 02:00 to 03:00 at 01:00 UTC.
    static let forward = [
        Case(
            "30 2 * * *", in: "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z",
            fires: "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"),
        Case(
            "0,30 2-3 * * *", in: "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z",
            fires: "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"),
        Case(
            "0 */2 * * *", in: "Europe/Berlin", "2026-03-28T22:30:00Z", "2026-03-29T05:00:00Z",
            fires: "2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29T04:00:00Z"),
        Case(
            "*/30 * * * *", in: "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z",
            fires: every(30, from: "2026-03-29T00:30:00Z", to: "2026-03-29T03:00:00Z")),
        Case(
            "* * * * *", in: "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z",
            fires: every(1, from: "2026-03-29T00:31:00Z", to: "2026-03-29T01:30:00Z")),
    ]

    // Berlin: from 03:00 back to 02:00 at 01:00 UTC.
    static let back = [
        Case(
            "30 2 * * *", in: "Europe/Berlin", "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z",
            fires: "2026-10-24T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"),
        Case(
            "*/15 2 * * *", in: "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T12:00:00Z",
            fires: every(15, from: "2026-10-25T01:00:00Z", to: "2026-10-25T01:45:00Z")),
        Case(
            "*/30 * * * *", in: "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z",
            fires: every(30, from: "2026-10-24T23:30:00Z", to: "2026-10-25T03:00:00Z")),
        Case(
            "0 * * * *", in: "Europe/Berlin", "2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z",
            fires: every(60, from: "2026-10-25T00:00:00Z", to: "2026-10-25T03:00:00Z")),
        Case(
            "* * * * *", in: "Europe/Berlin", "2026-10-24T23:50:00Z", "2026-10-25T02:10:00Z",
            fires: every(1, from: "2026-10-24T23:51:00Z", to: "2026-10-25T02:10:00Z")),
    ]

    // Lord Howe: from 02:00 to 02:30 at 15:30 UTC, and from 02:00 back to 01:30 at 15:00 UTC.
    static let halfHours = [
        Case(
            "15 2 * * *", in: "Australia/Lord_Howe", "2026-10-02T12:00:00Z", "2026-10-04T20:00:00Z",
            fires: "2026-10-02T15:45:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:15:00Z"),
        Case(
            "*/15 * * * *", in: "Australia/Lord_Howe", "2026-10-03T14:30:00Z", "2026-10-03T17:00:00Z",
            fires: every(15, from: "2026-10-03T14:45:00Z", to: "2026-10-03T17:00:00Z")),
        Case(
            "45 1 * * *", in: "Australia/Lord_Howe", "2026-04-03T12:00:00Z", "2026-04-05T20:00:00Z",
            fires: "2026-04-03T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-05T15:15:00Z"),
        Case(
            "*/30 * * * *", in: "Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-04T17:00:00Z",
            fires: every(30, from: "2026-04-04T13:30:00Z", to: "2026-04-04T17:00:00Z")),
        // The clock shows no full hour for an hour and a half.
        Case(
            "0 * * * *", in: "Australia/Lord_Howe", "2026-04-04T13:30:00Z", "2026-04-04T17:00:00Z",
            fires: "2026-04-04T14:00:00Z", "2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z"),
    ]

    @Test(arguments: forward + back + halfHours) func `each run fires once`(_ expected: Case) async throws {
        try await SchedulerHarness.open { harness in
            let caughtUp = try await harness.fired(expected.schedule, after: expected.first, upTo: expected.last)
            #expect(caughtUp == expected.fires)
            let watched = try await harness.fired(
                expected.schedule, after: expected.first, upTo: expected.last, checkingEvery: 600)
            #expect(watched == expected.fires)
        }
    }

    @Test func `a scheduler that checks often fires the same runs as one that waits as told`() async throws {
        try await SchedulerHarness.open { harness in
            let schedule = RecurrenceRule.cron("*/10 * * * *", in: "Europe/Berlin")
            let expected = every(10, from: "2026-10-25T00:10:00Z", to: "2026-10-25T01:40:00Z")
            let each = try await harness.fired(
                schedule, after: "2026-10-25T00:00:00Z", upTo: "2026-10-25T01:40:00Z", checkingEvery: 50, missed: .once)
            #expect(each == expected)

            let runner = try await harness.runner(schedule, missed: .once)
            var now = moment("2026-10-25T00:00:00Z")
            try await harness.begin(at: now)
            var fired: [Timestamp] = []
            while now < moment("2026-10-25T01:40:05Z") {
                let check = try await runner.check(at: now)
                fired += check.fired
                #expect(check.wait <= .seconds(60))
                now = now.adding(max(check.wait, .milliseconds(1)))
            }
            #expect(fired == expected)
        }
    }
}
