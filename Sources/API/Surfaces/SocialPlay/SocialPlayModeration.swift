import Domain
import Features
import HTTP

/// `/api/v1/moderation` of SocialPlay, for moderators and administrators: beyond the document.
struct SocialPlayModeration: Sendable {
    let moderation: ModerationFeature
    let responses: SocialPlayResponses

    /// `?state=open|mine|closed&order=newest|reports`.
    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, list, order, position) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in
                try Self.choice(request, "state", CaseList.open, "open, mine or closed")
            },
            errors.read { () throws(DomainError) in
                try Self.choice(request, "order", CaseOrder.newest, "newest or reports")
            },
            errors.read { () throws(DomainError) in try Self.cursor(request) })
        let found = try await moderation.cases.list(list, by: order, after: position, limit: page.limit, by: caller)
        return responses.cases(found.cases, next: found.next, page, list, order, request)
    }

    private static func choice<Word: RawRepresentable<String>>(
        _ request: Request, _ name: String, _ usual: Word, _ all: String
    ) throws(DomainError) -> Word {
        guard let text = request.query(name) else { return usual }
        guard let word = Word(rawValue: text) else {
            throw DomainError(field: name, reason: "\(name) must be \(all)")
        }
        return word
    }

    private static func cursor(_ request: Request) throws(DomainError) -> CasePosition? {
        guard let text = request.query("cursor") else { return nil }
        guard let position = CasePosition(text) else {
            throw DomainError(field: "cursor", reason: "cursor is not valid")
        }
        return position
    }

    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        try await details(of: try Self.id(request), by: caller)
    }

    private func details(of id: CaseID, by caller: Caller) async throws -> Response {
        responses.details(try await moderation.cases.read(id, by: caller))
    }

    private struct Assignment: Decodable {
        let moderatorId: UserID?
    }

    /// `{moderatorId}`; without it to the caller.
    @Sendable func assign(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.optionalJSON(Assignment.self)
        return responses.moderationCase(
            try await moderation.cases.assign(try Self.id(request), to: body?.moderatorId, by: caller))
    }

    @Sendable func release(_ request: Request, by caller: Caller) async throws -> Response {
        responses.moderationCase(try await moderation.cases.release(try Self.id(request), by: caller))
    }

    /// `{reason}`, which may be missing.
    @Sendable func dismiss(_ request: Request, by caller: Caller) async throws -> Response {
        struct Body: Decodable {
            let reason: String?
        }
        let body = try await request.optionalJSON(Body.self, limit: JSONBodyLimit.texts(of: ModerationText.longest))
        let reason = try body?.reason.map { text throws(DomainError) in
            try ModerationText.read(text, field: "reason")
        }
        return try await act(.dismiss(reason), request, by: caller)
    }

    @Sendable func remove(_ request: Request, by caller: Caller) async throws -> Response {
        try await act(.remove(try await Self.reason(request)), request, by: caller)
    }

    @Sendable func warn(_ request: Request, by caller: Caller) async throws -> Response {
        try await act(.warn(try await Self.reason(request)), request, by: caller)
    }

    @Sendable func limit(_ request: Request, by caller: Caller) async throws -> Response {
        let (reason, seconds) = try await Self.reasonAndTime(request)
        return try await act(.limit(reason, seconds: seconds), request, by: caller)
    }

    @Sendable func suspend(_ request: Request, by caller: Caller) async throws -> Response {
        let (reason, seconds) = try await Self.reasonAndTime(request)
        return try await act(.suspend(reason, seconds: seconds), request, by: caller)
    }

    private func act(_ decision: CaseDecision, _ request: Request, by caller: Caller) async throws -> Response {
        let id = try Self.id(request)
        try await moderation.act(decision, on: id, by: caller)
        return try await details(of: id, by: caller)
    }

    private static func reason(_ request: Request) async throws -> String {
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: ModerationText.longest))
        return try fields.all(fields.required("reason") { try ModerationText.read($0, field: "reason") })
    }

    /// `{reason, hours}`.
    private static func reasonAndTime(_ request: Request) async throws -> (reason: String, seconds: Int) {
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: ModerationText.longest))
        let (reason, hours) = try fields.all(
            fields.required("reason") { try ModerationText.read($0, field: "reason") },
            fields.required("hours", as: Int.self))
        guard (1...ModerationText.mostHours).contains(hours) else {
            throw DomainError(field: "hours", reason: "hours must be from 1 to \(ModerationText.mostHours)")
        }
        return (reason, hours * 3_600)
    }

    @Sendable func appeals(_ request: Request, by caller: Caller) async throws -> Response {
        let (page, last) = try SocialPlayReports.actionPage(request)
        let found = try await moderation.appeals.list(after: last, limit: page.limit, by: caller)
        return responses.actions(found.actions, next: found.next, page, request, for: .moderator)
    }

    /// `{decision: "UPHELD" or "REVERSED", reason}`.
    @Sendable func decide(_ request: Request, by caller: Caller) async throws -> Response {
        let id = try request.parameter("id", as: ModerationActionID.self)
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: ModerationText.longest))
        let (decision, reason) = try fields.all(
            fields.required("decision") { text throws(DomainError) in
                guard let decision = AppealDecision(rawValue: text.lowercased()) else {
                    throw DomainError(field: "decision", reason: "decision must be UPHELD or REVERSED")
                }
                return decision
            },
            fields.required("reason") { try ModerationText.read($0, field: "reason") })
        let action = try await moderation.appeals.decide(id, decision, because: reason, by: caller)
        return responses.action(action, for: .moderator)
    }

    @Sendable func audit(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, last) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 50, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: AuditEntryID.self) })
        let found = try await moderation.audit(after: last, limit: page.limit, by: caller)
        return responses.audit(found.entries, next: found.next, page, request)
    }

    private static func id(_ request: Request) throws(DomainError) -> CaseID {
        try request.parameter("id", as: CaseID.self)
    }
}
