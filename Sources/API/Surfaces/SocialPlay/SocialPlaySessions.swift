import Domain
import HTTP

/// `/api/v1/auth/sessions` of SocialPlay: beyond the document.
struct SocialPlaySessions: Sendable {
    let context: LoopContext
    let answers: SocialPlayResponses

    @Sendable func list(_ request: Request, by principal: Principal) async throws -> Response {
        answers.sessions(try await context.ownSessions.list(of: principal), current: principal.session)
    }

    @Sendable func end(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownSessions.end(try request.parameter("id", as: SessionID.self), by: principal)
        return answers.message("Session ended successfully")
    }

    @Sendable func endOthers(_ request: Request, by principal: Principal) async throws -> Response {
        let count = try await context.ownSessions.endOthers(by: principal)
        return answers.message(count == 1 ? "1 other session ended" : "\(count) other sessions ended")
    }
}
