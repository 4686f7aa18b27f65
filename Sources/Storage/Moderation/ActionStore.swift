package import Chassis
package import Domain
package import Postgres

/// What a moderator did to a user, or to the user's content, with the appeal.
package struct ModerationAction: Sendable {
    package let id: ModerationActionID
    package let itsCase: CaseID
    package let target: ReportTarget
    package let owner: UserID
    package let moderator: UserID
    package let kind: ModerationKind
    package let reason: String
    package let createdAt: Timestamp
    /// Of a limit or suspension.
    package let endsAt: Timestamp?
    package let appeal: String?
    package let appealedAt: Timestamp?
    package let decision: AppealDecision?
    package let decisionReason: String?
    package let decidedAt: Timestamp?

    /// Reads a row of the view `action_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(ModerationActionID.self)
        itsCase = try row.id(CaseID.self)
        target = try row.word(ReportTarget.self)
        owner = try row.id(UserID.self)
        moderator = try row.id(UserID.self)
        kind = try row.word(ModerationKind.self)
        reason = try row.text()
        createdAt = try row.timestamp()
        endsAt = try row.optionalTimestamp()
        appeal = try row.optionalText()
        appealedAt = try row.optionalTimestamp()
        decision = try row.optionalText().flatMap { AppealDecision(rawValue: $0) }
        decisionReason = try row.optionalText()
        decidedAt = try row.optionalTimestamp()
    }
}

/// Stores what moderators did. Loop-confined, like its database.
package struct ActionStore: Sendable {
    let database: Database
    private let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    /// What a moderator does about a case.
    package struct Command: Sendable {
        /// Nil: nothing was wrong.
        package let kind: ModerationKind?
        package let reason: String?
        /// Of a limit or suspension.
        package let seconds: Int
        package let action: ModerationActionID
        /// What a removal deletes, as ``CaseStore/target(of:)`` read it.
        package let files: [MediaID]
        package let jobs: Jobs

        package init(
            _ kind: ModerationKind?, because reason: String?, seconds: Int, as action: ModerationActionID,
            deleting files: [MediaID], enqueuing jobs: Jobs
        ) {
            self.kind = kind
            self.reason = reason
            self.seconds = seconds
            self.action = action
            self.files = files
            self.jobs = jobs
        }
    }

    /// The jobs that follow an action.
    package struct Jobs: Sendable {
        /// Notifies the owner, whom the statement knows.
        package let notice: OutboxJob
        /// Mails the owner.
        package let letter: OutboxJob
        /// Notifies the reporters.
        package let reporters: OutboxJob?
        /// Deletes the bytes of files.
        package let removal: OutboxJob?

        package init(notice: OutboxJob, letter: OutboxJob, reporters: OutboxJob? = nil, removal: OutboxJob? = nil) {
            self.notice = notice
            self.letter = letter
            self.reporters = reporters
            self.removal = removal
        }

        fileprivate var record: [UInt8] {
            var writer = JSONWriter(reserving: 2_048)
            writer.object { object in
                object.member("notice", json: notice.record)
                object.member("letter", json: [letter].records)
                object.member("reporters", json: [reporters].compactMap { $0 }.records)
                object.member("removal", json: [removal].compactMap { $0 }.records)
            }
            return writer.bytes
        }
    }

    /// What became of an action.
    package enum Outcome: Sendable {
        /// - Parameters:
        ///   - told: The owner, if there is one to tell.
        ///   - ended: The sessions that ended.
        case done(told: UserID?, ended: Set<SessionID>)
        /// The owner's files are not those of the command any more; nothing was written.
        case changed
        case refused(DomainError.Code)
    }

    /// Closes a case.
    package func act(
        on its: CaseID, _ command: Command, by moderator: UserID
    ) async throws(PostgresError) -> Outcome {
        let rows = try await database.write(
            Self.act,
            [
                .id(its), .id(moderator), .text(command.kind?.rawValue ?? "dismiss"), .optional(command.reason),
                .integer(command.seconds), .id(command.action), .media(command.files), .json(command.jobs.record),
            ])
        guard var row = rows.first else { throw .unexpectedResult("an action has no outcome") }
        try events.take(&row)
        switch try row.optionalText() {
        case nil: return .done(told: try row.optionalID(UserID.self), ended: try row.ids())
        case "changed": return .changed
        case let text?: return .refused(try Self.code(text))
        }
    }

    private static let act = Statement(
        "act_on_case",
        """
        SELECT appended_events(), outcome, told, to_jsonb(ended)
        FROM act_on_case($1, $2, $3, $4, $5::integer, $6, $7, $8)
        """)

    private static func code(_ text: String) throws(PostgresError) -> DomainError.Code {
        guard let code = DomainError.Code(rawValue: text) else {
            throw .unexpectedResult("\(text) is no outcome of an action")
        }
        return code
    }

    /// Records an appeal.
    /// - Returns: Nil, or the refusal: `action_not_found`, `already_appealed`.
    package func appeal(
        _ action: ModerationActionID, _ text: String, by user: UserID
    ) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(Self.appeal, [.id(action), .id(user), .text(text)])
    }

    private static let appeal = Statement("appeal_action", "SELECT appeal_action($1, $2, $3)")

    /// Decides an appeal.
    /// - Returns: The owner, if there is one to tell, and whether the account is active again; or the refusal.
    package func decide(
        _ action: ModerationActionID, _ decision: AppealDecision, because reason: String, enqueuing jobs: Jobs,
        by moderator: UserID
    ) async throws(PostgresError) -> Outcome {
        let rows = try await database.write(
            Self.decide,
            [.id(action), .id(moderator), .text(decision.rawValue), .text(reason), .json(jobs.record)])
        guard var row = rows.first else { throw .unexpectedResult("a decision has no outcome") }
        if let text = try row.optionalText() { return .refused(try Self.code(text)) }
        return .done(told: try row.optionalID(UserID.self), ended: [])
    }

    private static let decide = Statement(
        "decide_appeal", "SELECT outcome, told, is_activated FROM decide_appeal($1, $2, $3, $4, $5)")

    /// Activates accounts whose suspension has ended.
    /// - Returns: How many; less than the limit if there are no more.
    package func endSuspensions(limit: Int = 200) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.endSuspensions, [.integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let endSuspensions = Statement("end_suspensions", "SELECT end_suspensions($1::integer)")
}
