package import Chassis
package import Domain
import Storage

/// A user whom a case names; the name is nil if the account was deleted.
package struct NamedUser: Sendable {
    package let id: UserID
    package let username: String?

    init(_ user: CaseUser) {
        id = user.id
        username = user.username
    }
}

/// All reports of one target until a moderator closes them.
package struct ReviewedCase: Sendable {
    package let id: CaseID
    package let target: ReportTarget
    package let targetID: ReportedID
    package let owner: NamedUser
    package let reportsCount: Int
    package let assignee: NamedUser?
    package let openedAt: Timestamp
    package let lastReportedAt: Timestamp
    /// Nil while the case is open.
    package let outcome: CaseOutcome?
    package let closedAt: Timestamp?

    init(_ entry: ModerationCase) {
        id = entry.id
        target = entry.target
        targetID = entry.targetID
        owner = NamedUser(entry.owner)
        reportsCount = entry.reportsCount
        assignee = entry.assignee.map(NamedUser.init)
        openedAt = entry.openedAt
        lastReportedAt = entry.lastReportedAt
        outcome = entry.outcome
        closedAt = entry.closedAt
    }

    package var position: CasePosition { CasePosition(reports: reportsCount, id: id) }
}

/// A case with everything that a moderator decides by.
package struct CaseDetails: Sendable {
    package struct Report: Sendable {
        package let id: ReportID
        /// Nil if the account was deleted.
        package let reporter: NamedUser?
        package let reason: ReportReason
        package let details: String?
        package let createdAt: Timestamp
    }

    package struct Content: Sendable {
        /// A JSON object, whose members depend on the type of the target.
        package let json: [UInt8]
        package let reportedAt: Timestamp
    }

    package let entry: ReviewedCase
    /// Whether the target exists.
    package let isTargetThere: Bool
    /// What the target was when it was reported, the first first.
    package let contents: [Content]
    /// The newest hundred.
    package let reports: [Report]
    /// The newest fifty against the owner.
    package let actions: [TakenAction]
}

/// Lists and reads cases, and assigns them. For moderators and administrators; the role is read from PostgreSQL each
/// time, so that its loss takes effect at once.
package struct ReviewCases: Sendable {
    let cases: CaseStore
    let actions: ActionStore

    /// Returns a page of cases, and where the next page begins if there are more.
    /// - Throws: `role_required`.
    package func list(
        _ list: CaseList, by order: CaseOrder, after position: CasePosition?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> (cases: [ReviewedCase], next: CasePosition?) {
        try await cases.requireModerator(caller)
        return try await domainErrors {
            let found = try await cases.page(
                list, by: order, after: position, of: caller.user, limit: limit + 1
            ).map(ReviewedCase.init)
            return (Array(found.prefix(limit)), found.count > limit ? found[limit - 1].position : nil)
        }
    }

    /// - Throws: `role_required`, `case_not_found`, `cannot_moderate_yourself`: moderators do not learn who reported
    ///   them.
    package func read(_ id: CaseID, by caller: Caller) async throws(DomainError) -> CaseDetails {
        try await cases.requireModerator(caller)
        return try await domainErrors {
            guard let found = try await cases.find(id) else { throw DomainError.caseNotFound }
            guard found.entry.owner.id != caller.user else {
                throw DomainError(moderationRefusal: .cannotModerateYourself)
            }
            async let contents = cases.contents(of: id)
            async let reports = cases.reports(of: id)
            async let earlier = actions.page(against: found.entry.owner.id, after: nil, limit: 50)
            return CaseDetails(
                entry: ReviewedCase(found.entry), isTargetThere: found.isTargetThere,
                contents: try await contents.map {
                    CaseDetails.Content(json: $0.content, reportedAt: $0.reportedAt)
                },
                reports: try await reports.map {
                    CaseDetails.Report(
                        id: $0.id, reporter: $0.reporter.map(NamedUser.init), reason: $0.reason, details: $0.details,
                        createdAt: $0.createdAt)
                },
                actions: try await earlier.map(TakenAction.init))
        }
    }

    /// Assigns a case to a moderator.
    /// - Parameter assignee: Nil: the caller.
    /// - Throws: `role_required`, `case_not_found`, `case_closed`, `case_assigned`, `cannot_moderate_yourself`,
    ///   `assignee_not_moderator`.
    package func assign(
        _ id: CaseID, to assignee: UserID?, by caller: Caller
    ) async throws(DomainError) -> ReviewedCase {
        try await change(id, to: assignee ?? caller.user, by: caller)
    }

    /// Leaves a case to other moderators.
    /// - Throws: As ``assign(_:to:by:)``.
    package func release(_ id: CaseID, by caller: Caller) async throws(DomainError) -> ReviewedCase {
        try await change(id, to: nil, by: caller)
    }

    private func change(
        _ id: CaseID, to assignee: UserID?, by caller: Caller
    ) async throws(DomainError) -> ReviewedCase {
        try await domainErrors {
            if let code = try await cases.assign(id, to: assignee, by: caller.user) {
                throw DomainError(moderationRefusal: code)
            }
            guard let found = try await cases.find(id) else { throw DomainError.caseNotFound }
            return ReviewedCase(found.entry)
        }
    }
}

extension CaseStore {
    /// - Throws: `role_required`.
    func requireModerator(_ caller: Caller) async throws(DomainError) {
        if let refusal = try await domainErrors({ try await refusal(of: caller.user) }) {
            throw DomainError(moderationRefusal: refusal)
        }
    }
}
