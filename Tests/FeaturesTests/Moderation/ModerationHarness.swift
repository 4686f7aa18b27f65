import Chassis
import Domain
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

extension FeatureHarness {
    func moderator(_ name: String, _ role: AccountRole = .moderator) async throws -> Caller {
        let user = try await user(name)
        _ = try await database.write(
            Statement("test_set_role", "UPDATE accounts SET role = $2 WHERE id = $1"),
            [.id(user.user), .text(role.rawValue)])
        return user
    }

    @discardableResult
    func report(
        _ target: ReportTarget, _ id: some EntityID, for reason: ReportReason = .spam, details: String? = nil,
        by reporter: Caller
    ) async throws(DomainError) -> UserReport {
        try await moderation.report(target, ReportedID(id.identifier), for: reason, details: details, by: reporter)
    }

    func openCases(
        _ list: CaseList = .open, by order: CaseOrder = .newest, of moderator: Caller
    ) async throws(DomainError) -> [ReviewedCase] {
        try await moderation.cases.list(list, by: order, after: nil, limit: 100, by: moderator).cases
    }

    /// Reports a target and returns its open case.
    func openCase(
        of target: ReportTarget, _ id: some EntityID, by reporter: Caller, for moderator: Caller
    ) async throws -> CaseID {
        try await report(target, id, by: reporter)
        let found = try await openCases(of: moderator).first { $0.targetID.identifier == id.identifier }
        return try #require(found).id
    }

    /// The actions in the audit log, the first first.
    func auditLog() async throws -> [String] {
        try await ActionStore(database).audit(after: nil, limit: 1_000).reversed().map(\.action)
    }

    func ownActions(_ user: Caller) async throws(DomainError) -> [TakenAction] {
        try await moderation.appeals.own(after: nil, limit: 100, by: user).actions
    }

    func outcomes(_ user: Caller) async throws(DomainError) -> [UserReport.Outcome?] {
        try await moderation.report.list(after: nil, limit: 100, by: user).reports.map(\.outcome)
    }
}
