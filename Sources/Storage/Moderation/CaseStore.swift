package import Chassis
package import Domain
package import Postgres

/// A user in a case; the name is nil if the account was deleted.
package struct CaseUser: Sendable {
    package let id: UserID
    package let username: String?
}

/// All reports of one target until a moderator closes them.
package struct ModerationCase: Sendable {
    package let id: CaseID
    package let target: ReportTarget
    package let targetID: ReportedID
    package let owner: CaseUser
    package let reportsCount: Int
    package let assignee: CaseUser?
    package let openedAt: Timestamp
    package let lastReportedAt: Timestamp
    /// Nil while the case is open.
    package let outcome: CaseOutcome?
    package let closedAt: Timestamp?

    /// Reads a row of the view `case_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(CaseID.self)
        target = try row.word(ReportTarget.self)
        targetID = try row.id(ReportedID.self)
        owner = CaseUser(id: try row.id(UserID.self), username: try row.optionalText())
        reportsCount = try row.int()
        let (assigned, name) = (try row.optionalID(UserID.self), try row.optionalText())
        assignee = assigned.map { CaseUser(id: $0, username: name) }
        openedAt = try row.timestamp()
        lastReportedAt = try row.timestamp()
        outcome = try row.optionalText().flatMap { CaseOutcome(rawValue: $0) }
        closedAt = try row.optionalTimestamp()
    }
}

/// Stores the cases of moderation, and who works on them. Loop-confined, like its database.
package struct CaseStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns why a user may not act as a moderator or administrator: `role_required` or `two_factor_setup_required`;
    /// nil if they may.
    package func refusal(of user: UserID) async throws(PostgresError) -> DomainError.Code? {
        guard var row = try await database.read(Self.refusal, [.id(user)]).first else { return .roleRequired }
        return try row.optionalText().map { DomainError.Code(rawValue: $0) ?? .roleRequired }
    }

    private static let refusal = Statement("moderator_refusal", "SELECT role_refusal($1, 'MODERATOR', 'ADMIN')")

    /// Returns a page of cases.
    /// - Parameter position: The page follows this case; nil for the first page.
    package func page(
        _ list: CaseList, by order: CaseOrder, after position: CasePosition?, of moderator: UserID, limit: Int
    ) async throws(PostgresError) -> [ModerationCase] {
        let last = position ?? CasePosition(reports: Int(Int32.max), id: CaseID(Identifier(high: .max, low: .max)))
        let rows =
            switch (list, order) {
            case (.mine, .newest):
                try await database.read(Self.newestAssigned, [.id(moderator), .id(last.id), .integer(limit)])
            case (.mine, .reports):
                try await database.read(
                    Self.mostReportedAssigned,
                    [.id(moderator), .integer(last.reports), .id(last.id), .integer(limit)])
            case (_, .newest):
                try await database.read(Self.newest, [.boolean(list == .open), .id(last.id), .integer(limit)])
            case (_, .reports):
                try await database.read(
                    Self.mostReported,
                    [.boolean(list == .open), .integer(last.reports), .id(last.id), .integer(limit)])
            }
        var cases: [ModerationCase] = []
        for var row in rows { cases.append(try ModerationCase(&row)) }
        return cases
    }

    private static let newest = Statement(
        "newest_cases",
        """
        SELECT id, target_type, target_id, owner_id, owner_name, reports_count, assignee_id, assignee_name, opened_at,
               last_reported_at, outcome, closed_at
        FROM case_entries WHERE is_open = $1 AND id < $2 ORDER BY id DESC LIMIT $3
        """)

    private static let mostReported = Statement(
        "most_reported_cases",
        """
        SELECT id, target_type, target_id, owner_id, owner_name, reports_count, assignee_id, assignee_name, opened_at,
               last_reported_at, outcome, closed_at
        FROM case_entries WHERE is_open = $1 AND (reports_count, id) < ($2::integer, $3)
        ORDER BY reports_count DESC, id DESC LIMIT $4
        """)

    private static let newestAssigned = Statement(
        "newest_assigned_cases",
        """
        SELECT id, target_type, target_id, owner_id, owner_name, reports_count, assignee_id, assignee_name, opened_at,
               last_reported_at, outcome, closed_at
        FROM case_entries WHERE assignee_id = $1 AND is_open AND id < $2 ORDER BY id DESC LIMIT $3
        """)

    private static let mostReportedAssigned = Statement(
        "most_reported_assigned_cases",
        """
        SELECT id, target_type, target_id, owner_id, owner_name, reports_count, assignee_id, assignee_name, opened_at,
               last_reported_at, outcome, closed_at
        FROM case_entries WHERE assignee_id = $1 AND is_open AND (reports_count, id) < ($2::integer, $3)
        ORDER BY reports_count DESC, id DESC LIMIT $4
        """)

    /// Assigns a case to a moderator, or with nil releases it.
    /// - Returns: Nil, or the refusal: `role_required`, `case_not_found`, `case_closed`, `case_assigned`,
    ///   `cannot_moderate_yourself`, `assignee_not_moderator`.
    package func assign(
        _ its: CaseID, to assignee: UserID?, by actor: UserID
    ) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(
            Self.assign, [.id(its), assignee.map { .id($0) } ?? .null, .id(actor)])
    }

    private static let assign = Statement("assign_case", "SELECT assign_case($1, $2, $3)")
}
