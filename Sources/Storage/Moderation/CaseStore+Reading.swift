package import Chassis
package import Domain
package import Postgres

/// One report of a case, as moderators see it.
package struct CaseReport: Sendable {
    package let id: ReportID
    /// Nil if the account was deleted.
    package let reporter: CaseUser?
    package let reason: ReportReason
    package let details: String?
    package let createdAt: Timestamp
}

/// What a target was when it was reported.
package struct ReportedContent: Sendable {
    /// A JSON object, whose members depend on the type of the target.
    package let content: [UInt8]
    package let reportedAt: Timestamp
}

extension CaseStore {
    /// Returns a case, and whether its target exists; nil if there is none.
    package func find(_ id: CaseID) async throws(PostgresError) -> (entry: ModerationCase, isTargetThere: Bool)? {
        guard var row = try await database.read(Self.find, [.id(id)]).first else { return nil }
        let isThere = try row.bool()
        return (try ModerationCase(&row), isThere)
    }

    private static let find = Statement(
        "find_case",
        """
        SELECT is_target_there(target_type, target_id), id, target_type, target_id, owner_id, owner_name, reports_count,
               assignee_id, assignee_name, opened_at, last_reported_at, outcome, closed_at
        FROM case_entries WHERE id = $1
        """)

    /// Returns the newest reports of a case.
    package func reports(of id: CaseID, limit: Int = 100) async throws(PostgresError) -> [CaseReport] {
        var reports: [CaseReport] = []
        for var row in try await database.read(Self.reports, [.id(id), .integer(limit)]) {
            let report = try row.id(ReportID.self)
            let (reporter, name) = (try row.optionalID(UserID.self), try row.optionalText())
            reports.append(
                CaseReport(
                    id: report, reporter: reporter.flatMap { id in name.map { CaseUser(id: id, username: $0) } },
                    reason: try row.word(ReportReason.self), details: try row.optionalText(),
                    createdAt: try row.timestamp()))
        }
        return reports
    }

    private static let reports = Statement(
        "reports_of_case",
        """
        SELECT report.id, reporter_id, username, reason, details, report.created_at
        FROM (SELECT * FROM reports WHERE case_id = $1 ORDER BY id DESC LIMIT $2) AS report
            LEFT JOIN LATERAL (
                SELECT username FROM accounts WHERE id = reporter_id AND deleted_at IS NULL LIMIT 1
            ) AS reporter ON true
        ORDER BY report.id DESC
        """)

    /// Returns what the target of a case was when it was reported, the first first.
    package func contents(of id: CaseID) async throws(PostgresError) -> [ReportedContent] {
        var contents: [ReportedContent] = []
        for var row in try await database.read(Self.contents, [.id(id)]) {
            contents.append(ReportedContent(content: try row.json(), reportedAt: try row.timestamp()))
        }
        return contents
    }

    private static let contents = Statement(
        "contents_of_case",
        "SELECT content, created_at FROM reported_contents WHERE case_id = $1 ORDER BY created_at, digest")

    /// What a process needs to know of a case before it acts.
    package struct Target: Sendable {
        package let type: ReportTarget
        /// The uploaded files that a removal deletes.
        package let files: [MediaID]
    }

    /// Returns the target of a case; nil if there is no such case. It never changes, but the files of a profile do.
    package func target(of id: CaseID) async throws(PostgresError) -> Target? {
        guard var row = try await database.read(Self.target, [.id(id)]).first else { return nil }
        let type = try row.word(ReportTarget.self)
        let picture = try row.id(MediaID.self)
        let shown = [try row.optionalID(MediaID.self), try row.optionalID(MediaID.self)].compactMap { $0 }
        let files =
            switch type {
            case .picture: [picture]
            case .profile: shown
            case .post, .comment, .message: [MediaID]()
            }
        return Target(type: type, files: files)
    }

    private static let target = Statement(
        "target_of_case",
        """
        SELECT target_type, target_id, avatar_media_id, cover_media_id
        FROM moderation_cases AS its_case LEFT JOIN LATERAL (
            SELECT avatar_media_id, cover_media_id FROM profiles WHERE user_id = owner_id LIMIT 1
        ) AS shown ON true
        WHERE its_case.id = $1
        """)
}
