import Domain
import Features
import HTTP

/// Mutes of users, beyond the document.
struct SocialPlayMutes: Sendable {
    let mutes: MuteUsers
    let responses: SocialPlayResponses

    @Sendable func mute(_ request: Request, by caller: Caller) async throws -> Response {
        try await mutes.mute(try Self.user(request), by: caller)
        return responses.message("Successfully muted user")
    }

    @Sendable func unmute(_ request: Request, by caller: Caller) async throws -> Response {
        try await mutes.unmute(try Self.user(request), by: caller)
        return responses.message("Successfully unmuted user")
    }

    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, last) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: MuteID.self) })
        let found = try await mutes.list(after: last, limit: page.limit, by: caller)
        return responses.mutes(found.users, next: found.next, page, request)
    }

    private static func user(_ request: Request) throws(DomainError) -> UserID {
        try request.parameter("id", as: UserID.self)
    }
}
