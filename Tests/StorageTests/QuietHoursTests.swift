import Chassis
import Domain
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

/// The end of quiet hours, which SQL computes, against Foundation's clocks.
@Suite("Quiet hours", .database)
struct QuietHoursTests {
    /// From 22:00 until 07:00, inside the night, across it, and ends that clocks skip or repeat.
    private static let hours = [(1_320, 420), (150, 165), (75, 195), (180, 150), (1_410, 15), (0, 1_439), (130, 126)]

    /// A zone and a day on which its clocks change.
    struct Night: Sendable, CustomTestStringConvertible {
        let zone: String
        let day: String
        var testDescription: String { "\(zone) \(day)" }

        init(_ zone: String, _ day: String) {
            self.zone = zone
            self.day = day
        }
    }

    @Test(arguments: [
        Night("Europe/Berlin", "2026-10-25"), Night("Europe/Berlin", "2027-03-28"),
        Night("America/New_York", "2025-11-02"), Night("America/St_Johns", "2025-03-09"),
        Night("Australia/Lord_Howe", "2025-04-06"), Night("Australia/Lord_Howe", "2025-10-05"),
        // Saturday 30 December did not exist.
        Night("Pacific/Apia", "2011-12-29"), Night("Asia/Kathmandu", "2025-03-30"),
    ])
    func `end when a clock of the zone shows their end, in every minute around a change`(night: Night) async throws {
        try await Stores.open { stores in
            let noon = Int(try Date("\(night.day)T12:00:00Z", strategy: .iso8601).timeIntervalSince1970)
            let instants = Array(stride(from: noon - 40 * 3_600, through: noon + 100 * 3_600, by: 60))
            let zone = try #require(TimeZone(identifier: night.zone))
            let walls = instants.map { instant in
                let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
                return (instant + offset) / 60 % 1_440
            }
            for (from, until) in Self.hours {
                var ends = instants
                for index in ends.indices.dropLast().reversed() {
                    let isQuiet = (walls[index] - from + 1_440) % 1_440 < (until - from + 1_440) % 1_440
                    if isQuiet { ends[index] = ends[index + 1] }
                }
                // The last minutes lack the clock of the day after.
                let count = instants.count - 2_880
                let rows = try await stores.database.read(
                    Self.ends,
                    [
                        .integer(instants[0]), .integer(instants[count - 1]), .integer(from),
                        .integer(until), .text(night.zone),
                    ])
                var row = rows[0]
                let computed = try JSONDecoder().decode([Int].self, from: Data(row.json()))
                #expect(computed.count == count)
                for (index, end) in computed.enumerated() where end != ends[index] {
                    let seen = "at \(instants[index]) \(walls[index]): \(end), expected \(ends[index])"
                    Issue.record("\(from) to \(until), \(seen)")
                    break
                }
            }
        }
    }

    private static let ends = Statement(
        "test_quiet_hours_ends",
        """
        SELECT jsonb_agg(extract(epoch FROM quiet_hours_end(to_timestamp(instant), $3::integer, $4::integer, $5))
                         ORDER BY instant)
        FROM generate_series($1, $2, 60) AS instant
        """)

    @Test(arguments: [
        // Inside the hours of a second that is no whole minute, and exactly at both ends.
        ("2026-10-24T21:30:00.25Z", "2026-10-25T06:00:00Z"), ("2027-03-27T22:30:59.5Z", "2027-03-28T05:00:00Z"),
        ("2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z"), ("2026-10-24T19:59:59Z", "2026-10-24T19:59:59Z"),
        ("2026-10-25T06:00:00Z", "2026-10-25T06:00:00Z"),
    ])
    func `from 22 to 7 in Berlin end at 7 in the nights of the clock change`(now: String, end: String) async throws {
        try await Stores.open { stores in
            let rows = try await stores.database.read(
                Statement(
                    "test_quiet_hours_end",
                    """
                    SELECT quiet_hours_end($1::text::timestamptz, 1320, 420, 'Europe/Berlin') = $2::text::timestamptz
                    """), [.text(now), .text(end)])
            var row = rows[0]
            #expect(try row.bool())
        }
    }

    @Test func `delay until they end, and not at all in a zone that PostgreSQL no longer knows`() async throws {
        try await Stores.open { stores in
            let store = PreferenceStore(stores.database)
            let notifications = NotificationStore(stores.database)
            let user = try await stores.users("ada")[0]
            #expect(try await notifications.quietDelay(of: user) == .zero)
            let minute = Int(Timestamp.now.unixMilliseconds / 60_000 % 1_440)
            for (zone, delay) in [("UTC", 58 * 60...60 * 60), ("Mars/Olympus", 0...0)] {
                var changes = NotificationPreferenceChanges()
                changes.quietHours = .some(
                    QuietHours(from: (minute + 1_430) % 1_440, until: (minute + 60) % 1_440, timeZone: zone))
                _ = try await store.change(changes, of: user)
                let seen = try await notifications.quietDelay(of: user)
                #expect(delay.contains(Int(seen.components.seconds)), "\(zone): \(seen)")
            }
        }
    }
}
