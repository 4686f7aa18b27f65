package import Chassis
package import Domain
package import Postgres

/// A report as its reporter sees it.
package struct Report: Sendable {
    package let id: ReportID
    package let target: ReportTarget
    package let targetID: ReportedID
    package let reason: ReportReason
    package let details: String?
    package let createdAt: Timestamp
    /// Nil while the case is open.
    package let outcome: CaseOutcome?
    package let closedAt: Timestamp?

    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(ReportID.self)
        target = try row.word(ReportTarget.self)
        targetID = try row.id(ReportedID.self)
        reason = try row.word(ReportReason.self)
        details = try row.optionalText()
        createdAt = try row.timestamp()
        outcome = try row.optionalText().flatMap { CaseOutcome(rawValue: $0) }
        closedAt = try row.optionalTimestamp()
    }

    /// A report of an open case.
    package init(
        id: ReportID, target: ReportTarget, targetID: ReportedID, reason: ReportReason, details: String?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.target = target
        self.targetID = targetID
        self.reason = reason
        self.details = details
        self.createdAt = createdAt
        outcome = nil
        closedAt = nil
    }
}

/// Stores reports. Loop-confined, like its database.
package struct ReportStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// What became of a report.
    package enum Outcome: Sendable {
        /// The report, or the user's earlier one of the same open target.
        case stored(Report)
        /// `cannot_report_yourself`, `token_invalid`, or the refusal of a target that the user does not see.
        case refused(DomainError.Code)
    }

    /// Reports a target that the reporter sees.
    package func report(
        _ target: ReportTarget, _ id: ReportedID, for reason: ReportReason, details: String?, by reporter: UserID
    ) async throws(PostgresError) -> Outcome {
        let rows = try await database.write(
            Self.report,
            [.id(reporter), .text(target.rawValue), .id(id), .text(reason.rawValue), .optional(details)])
        guard var row = rows.first else { throw .unexpectedResult("a report has no outcome") }
        let outcome = try row.text()
        if outcome == "created" || outcome == "repeated" {
            return .stored(
                Report(
                    id: try row.id(ReportID.self), target: target, targetID: id,
                    reason: try row.word(ReportReason.self), details: try row.optionalText(),
                    createdAt: try row.timestamp()))
        }
        guard let code = DomainError.Code(rawValue: outcome) else {
            throw .unexpectedResult("\(outcome) is no outcome of a report")
        }
        return .refused(code)
    }

    private static let report = Statement(
        "report_target",
        "SELECT outcome, report_id, its_reason, its_details, reported_at FROM report_target($1, $2, $3, $4, $5)")

    /// Returns a page of a user's reports, the newest first.
    /// - Parameter last: Only older reports; nil for the newest.
    package func page(
        of reporter: UserID, after last: ReportID?, limit: Int
    ) async throws(PostgresError) -> [Report] {
        let rows = try await database.read(
            Self.page, [.id(reporter), .id(last ?? ReportID(Identifier(high: .max, low: .max))), .integer(limit)])
        var reports: [Report] = []
        for var row in rows { reports.append(try Report(&row)) }
        return reports
    }

    private static let page = Statement(
        "page_of_own_reports",
        """
        SELECT report.id, target_type, target_id, reason, details, created_at, outcome, closed_at
        FROM (
            SELECT * FROM reports WHERE reporter_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3
        ) AS report CROSS JOIN LATERAL (SELECT * FROM moderation_cases WHERE id = case_id LIMIT 1) AS its_case
        ORDER BY report.id DESC
        """)

    /// Enqueues a notification for each of the next users who reported the target of a case.
    /// - Parameters:
    ///   - last: The last report of the step before; nil for the first step.
    ///   - notice: The job, whose id, receiver and entity the statement replaces.
    /// - Returns: The last report of this step; nil behind the end.
    package func notifyReporters(
        of closed: CaseID, after last: ReportID?, limit: Int = 500, _ notice: OutboxJob
    ) async throws(PostgresError) -> ReportID? {
        let rows = try await database.write(
            Self.notify,
            [
                .id(closed), .id(last ?? ReportID(Identifier(high: 0, low: 0))), .integer(limit),
                .json(notice.record),
            ])
        guard var row = rows.first else { throw .unexpectedResult("notified reporters have no outcome") }
        return try row.optionalID(ReportID.self)
    }

    private static let notify = Statement("notify_reporters", "SELECT notify_reporters($1, $2, $3::integer, $4)")
}
