import Domain
import Features
import HTTP

/// Reports of users, and what moderators did to the caller: beyond the document.
struct SocialPlayReports: Sendable {
    let report: ReportContent
    let appeals: HandleAppeals
    let responses: SocialPlayResponses

    /// `{targetType, targetId, reason, details}`; the types and reasons in any case of letters.
    @Sendable func create(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: ModerationText.longest))
        let (target, id, reason, details) = try fields.all(
            fields.required("targetType") { try Self.word($0, ReportTarget.allCases, "targetType") },
            fields.required("targetId") { text throws(DomainError) in
                guard let id = ReportedID(text) else {
                    throw DomainError(field: "targetId", reason: "targetId is not valid")
                }
                return id
            },
            fields.required("reason") { try Self.word($0, ReportReason.allCases, "reason") },
            fields.optional("details") { try ModerationText.read($0, field: "details") })
        return responses.report(try await report(target, id, for: reason, details: details, by: caller))
    }

    private static func word<Word: RawRepresentable<String>>(
        _ text: String, _ all: [Word], _ field: String
    ) throws(DomainError) -> Word {
        guard let word = Word(rawValue: text.uppercased()) else {
            let names = all.map(\.rawValue).joined(separator: ", ")
            throw DomainError(field: field, reason: "\(field) must be one of \(names)")
        }
        return word
    }

    @Sendable func own(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, last) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: ReportID.self) })
        let found = try await report.list(after: last, limit: page.limit, by: caller)
        return responses.reports(found.reports, next: found.next, page, request)
    }

    /// The actions against the caller.
    @Sendable func actions(_ request: Request, by caller: Caller) async throws -> Response {
        let (page, last) = try Self.actionPage(request)
        let found = try await appeals.own(after: last, limit: page.limit, by: caller)
        return responses.actions(found.actions, next: found.next, page, request, for: .owner)
    }

    static func actionPage(_ request: Request) throws(DomainError) -> (Page, ModerationActionID?) {
        let errors = FieldErrors()
        return try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: ModerationActionID.self) })
    }

    /// `{text, token}`: the token of the letter instead of a login.
    @Sendable func appeal(_ request: Request, for viewer: UserID?) async throws -> Response {
        let id = try request.parameter("id", as: ModerationActionID.self)
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: ModerationText.longestAppeal))
        let (text, token) = try fields.all(
            fields.required("text") {
                try ModerationText.read($0, field: "text", atMost: ModerationText.longestAppeal)
            },
            fields.optional("token", as: String.self))
        let action = try await appeals.appeal(id, text, by: viewer, token: token)
        return responses.action(action, 201, for: .owner)
    }
}
