import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// S2-174.
@Suite(.database) struct ReadAnalyticsTests {
    private static let now = Timestamp(unixSeconds: 1_796_083_200)

    @Test func `a period has thirty days, or those that are asked for, at most ninety`() throws {
        let usual = try ReportPeriod(from: nil, to: nil, now: Self.now)
        #expect(usual.last.description == "2026-12-01" && usual.first.description == "2026-11-02")
        let until = try ReportPeriod(from: nil, to: "2026-03-01", now: Self.now)
        #expect(until.first.description == "2026-01-31" && until.days.count == 30)
        #expect(try ReportPeriod(from: "2026-09-03", to: nil, now: Self.now).days.count == 90)
        #expect(try ReportPeriod(from: "2026-02-28", to: "2026-02-28").days.count == 1)
        for (from, to) in [
            ("2026-09-02", nil), ("2026-12-02", nil), ("2026-02-30", nil), (nil, "yesterday"),
            ("2026-02-02", "2026-02-01"),
            ("0001-01-01", "9999-12-31"),
        ] {
            #expect(throws: DomainError.self) { try ReportPeriod(from: from, to: to, now: Self.now) }
        }
        let both = #expect(throws: DomainError.self) { try ReportPeriod(from: "x", to: "y") }
        #expect(both?.problems.map(\.field) == ["from", "to"])
    }

    @Test func `users read their own days, administrators those of all, each with days without anything`() async throws
    {
        try await FeatureHarness.open(needsTwoFactorOfStaff: true) { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let read = features.analytics.read
            _ = try await features.database.write(
                Statement(
                    "test_rows",
                    """
                    WITH days AS (
                        INSERT INTO daily_user_counts
                        SELECT $1, date '2026-02-02', 1, 2, 3, 4, 5, 6, 7, 8, 9
                    ), totals AS (
                        INSERT INTO daily_totals SELECT date '2026-02-03', 1, 2, 3, 4, 5, 6, 7, 8
                    )
                    UPDATE count_progress SET counted_until = '2026-02-03 12:34:00+00'
                    """), [.id(ada.user)])
            let period = try ReportPeriod(from: "2026-02-01", to: "2026-02-03")
            let own = try await read.own(period, by: ada)
            #expect(own.days.map(\.day.description) == ["2026-02-01", "2026-02-02", "2026-02-03"])
            #expect(own.days.map(\.counts.posts) == [0, 1, 0] && own.days[1].counts.followers == 9)
            #expect(own.countedUntil.text(.seconds) == "2026-02-03T12:34:00Z")
            #expect(try await read.own(period, by: bob).days.allSatisfy { $0.counts == .none })

            await expect(.roleRequired, .forbidden) { try await read.all(period, by: ada) }
            _ = try await features.database.write(
                Statement("test_make_admin", "UPDATE accounts SET role = 'ADMIN' WHERE id = $1"), [.id(ada.user)])
            await expect(.twoFactorSetupRequired) { try await read.all(period, by: ada) }
            _ = try await features.database.write(
                Statement("test_enable", "UPDATE accounts SET two_factor_at = now() WHERE id = $1"), [.id(ada.user)])
            let all = try await read.all(period, by: ada)
            #expect(all.days.map(\.counts.registrations) == [0, 0, 1] && all.days[2].counts.media == 8)
        }
    }
}
