package import Chassis
package import Domain
import Storage

/// A report as its reporter sees it.
package struct UserReport: Sendable {
    /// What the reporter is told of the outcome, without naming others.
    package enum Outcome: String, Sendable {
        case actionTaken = "ACTION_TAKEN"
        case noViolation = "NO_VIOLATION"
        /// The account that the report is about was deleted.
        case accountDeleted = "ACCOUNT_DELETED"
    }

    package let id: ReportID
    package let target: ReportTarget
    package let targetID: ReportedID
    package let reason: ReportReason
    package let details: String?
    package let createdAt: Timestamp
    /// Nil while the case is open.
    package let outcome: Outcome?
    package let closedAt: Timestamp?

    init(_ report: Report) {
        id = report.id
        target = report.target
        targetID = report.targetID
        reason = report.reason
        details = report.details
        createdAt = report.createdAt
        outcome = report.outcome.map { outcome in
            switch outcome {
            case .dismissed: .noViolation
            case .removed, .warned, .limited, .suspended: .actionTaken
            case .ownerDeleted: .accountDeleted
            }
        }
        closedAt = report.closedAt
    }
}

/// Reports what the caller sees, and lists the caller's reports.
package struct ReportContent: Sendable {
    let reports: ReportStore

    /// Reports a target. A second report of the same open target returns the first.
    /// - Throws: `post_not_found`, `comment_not_found`, `message_not_found`, `user_not_found` or `file_not_found` for a
    ///   target that the caller does not see; `cannot_report_yourself`, `token_invalid`.
    package func callAsFunction(
        _ target: ReportTarget, _ id: ReportedID, for reason: ReportReason, details: String?, by caller: Caller
    ) async throws(DomainError) -> UserReport {
        try await domainErrors {
            switch try await reports.report(target, id, for: reason, details: details, by: caller.user) {
            case .stored(let report): return UserReport(report)
            case .refused(let code): throw DomainError(moderationRefusal: code)
            }
        }
    }

    /// Returns a page of the caller's reports, the newest first, and the last of the page if there are more.
    package func list(
        after last: ReportID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> (reports: [UserReport], next: ReportID?) {
        try await domainErrors {
            let found = try await reports.page(of: caller.user, after: last, limit: limit + 1)
            return (found.prefix(limit).map(UserReport.init), found.count > limit ? found[limit - 1].id : nil)
        }
    }
}
