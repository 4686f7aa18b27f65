package import Chassis
package import Domain
package import Postgres

/// An entry of the audit log.
package struct AuditEntry: Sendable {
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
}

extension ActionStore {
    /// Returns nil if there is no such action.
    package func find(_ id: ModerationActionID) async throws(PostgresError) -> ModerationAction? {
        guard var row = try await database.read(Self.find, [.id(id)]).first else { return nil }
        return try ModerationAction(&row)
    }

    private static let find = Statement("find_action", "SELECT * FROM action_entries WHERE id = $1")

    /// Returns a page of the actions against a user, the newest first.
    /// - Parameter last: Only older actions; nil for the newest.
    package func page(
        against owner: UserID, after last: ModerationActionID?, limit: Int
    ) async throws(PostgresError) -> [ModerationAction] {
        try await actions(Self.ofOwner, [.id(owner)], last, limit)
    }

    private static let ofOwner = Statement(
        "actions_against_user",
        "SELECT * FROM action_entries WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3")

    /// Returns a page of the actions whose appeal is not decided, the newest first.
    package func appealed(
        after last: ModerationActionID?, limit: Int
    ) async throws(PostgresError) -> [ModerationAction] {
        try await actions(Self.appealed, [], last, limit)
    }

    private static let appealed = Statement(
        "appealed_actions",
        """
        SELECT * FROM action_entries
        WHERE appealed_at IS NOT NULL AND decision IS NULL AND id < $1 ORDER BY id DESC LIMIT $2
        """)

    private func actions(
        _ statement: Statement, _ values: [PostgresValue], _ last: ModerationActionID?, _ limit: Int
    ) async throws(PostgresError) -> [ModerationAction] {
        let last = last ?? ModerationActionID(Identifier(high: .max, low: .max))
        var actions: [ModerationAction] = []
        for var row in try await database.read(statement, values + [.id(last), .integer(limit)]) {
            actions.append(try ModerationAction(&row))
        }
        return actions
    }

    /// Returns a page of the audit log, the newest first.
    package func audit(
        after last: AuditEntryID?, limit: Int
    ) async throws(PostgresError) -> [AuditEntry] {
        let last = last ?? AuditEntryID(Identifier(high: .max, low: .max))
        var entries: [AuditEntry] = []
        for var row in try await database.read(Self.audit, [.id(last), .integer(limit)]) {
            entries.append(
                AuditEntry(
                    id: try row.id(AuditEntryID.self), actor: try row.optionalID(UserID.self),
                    action: try row.text(), itsCase: try row.optionalID(CaseID.self),
                    subject: try row.optionalID(UserID.self), reason: try row.optionalText(),
                    details: try row.optionalJSON(), createdAt: try row.timestamp()))
        }
        return entries
    }

    private static let audit = Statement(
        "page_of_audit_log",
        """
        SELECT id, actor_id, action, case_id, subject_id, reason, details, created_at
        FROM audit_log WHERE id < $1 ORDER BY id DESC LIMIT $2
        """)
}
