package import Chassis
package import Domain
import Storage

/// The days that a report is about: at most 90, in UTC.
package struct ReportPeriod: Sendable, Equatable {
    package static let mostDays = 90
    private static let usualDays = 30

    package let first: CalendarDay
    package let last: CalendarDay

    /// - Parameters:
    ///   - first: `YYYY-MM-DD`; nil for the thirty days until the last.
    ///   - last: `YYYY-MM-DD`; nil for today.
    /// - Throws: `validation_failed`.
    package init(from first: String?, to last: String?, now: Timestamp = .now) throws(DomainError) {
        let errors = FieldErrors()
        let from = errors.read { () throws(DomainError) in try Self.day(first, field: "from") }
        let to = errors.read { () throws(DomainError) in try Self.day(last, field: "to") }
        try errors.check()
        let end = to.flatMap { $0 } ?? CalendarDay(unixSeconds: now.unixSeconds)
        self.last = end
        self.first = from.flatMap { $0 } ?? CalendarDay(number: end.number - Self.usualDays + 1)
        guard self.first <= end else { throw DomainError(field: "from", reason: "from must not be after to") }
        guard end.number - self.first.number < Self.mostDays else {
            throw DomainError(field: "from", reason: "A report has at most \(Self.mostDays) days")
        }
    }

    private static func day(_ text: String?, field: String) throws(DomainError) -> CalendarDay? {
        guard let text else { return nil }
        return try CalendarDay(text, field: field)
    }

    var days: [CalendarDay] { (first.number...last.number).map { CalendarDay(number: $0) } }
}

/// Counts of each day of a period, the oldest first.
package struct DailyReport<Counts: Sendable>: Sendable {
    package let period: ReportPeriod
    /// What happened until this time is counted: a few minutes ago.
    package let countedUntil: Timestamp
    package let days: [(day: CalendarDay, counts: Counts)]

    init(_ period: ReportPeriod, _ counts: DailyCounts<Counts>, none: Counts) {
        self.period = period
        countedUntil = counts.countedUntil
        days = period.days.map { ($0, counts.days[$0] ?? none) }
    }
}

/// Reads what users did each day (S2-174).
package struct ReadAnalytics: Sendable {
    let analytics: AnalyticsStore
    let accounts: AccountStore

    /// Returns what the caller did and received.
    package func own(_ period: ReportPeriod, by caller: Caller) async throws(DomainError) -> DailyReport<UserCounts> {
        let counts = try await domainErrors {
            try await analytics.counts(of: caller.user, from: period.first, to: period.last)
        }
        return DailyReport(period, counts, none: .none)
    }

    /// Returns what all users did, for administrators.
    /// - Throws: `role_required`, `two_factor_setup_required`.
    package func all(_ period: ReportPeriod, by caller: Caller) async throws(DomainError) -> DailyReport<TotalCounts> {
        try await accounts.require(.admin, of: caller)
        let counts = try await domainErrors { try await analytics.totals(from: period.first, to: period.last) }
        return DailyReport(period, counts, none: .none)
    }
}
