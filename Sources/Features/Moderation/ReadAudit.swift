package import Chassis
package import Domain
import Storage

/// An entry of the audit log: who did what to whom, when and why.
package struct AuditRecord: Sendable {
    package let id: AuditEntryID
    /// Nil: the product, or the command line.
    package let actor: UserID?
    package let action: String
    package let itsCase: CaseID?
    package let subject: UserID?
    package let reason: String?
    /// A JSON object.
    package let details: [UInt8]?
    package let createdAt: Timestamp

    init(_ entry: AuditEntry) {
        id = entry.id
        actor = entry.actor
        action = entry.action
        itsCase = entry.itsCase
        subject = entry.subject
        reason = entry.reason
        details = entry.details
        createdAt = entry.createdAt
    }
}

/// Reads the audit log, which has the actions of moderators and administrators. For administrators.
package struct ReadAudit: Sendable {
    let actions: ActionStore
    let accounts: AccountStore

    /// Returns a page of entries, the newest first, and the last of the page if there are more.
    /// - Throws: `role_required`.
    package func callAsFunction(
        after last: AuditEntryID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> (entries: [AuditRecord], next: AuditEntryID?) {
        try await accounts.require(.admin, of: caller)
        return try await domainErrors {
            let found = try await actions.audit(after: last, limit: limit + 1)
            return (found.prefix(limit).map(AuditRecord.init), found.count > limit ? found[limit - 1].id : nil)
        }
    }
}
