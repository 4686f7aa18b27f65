import Domain
import Features
import HTTP

/// `/api/v1/auth/sessions` of SocialPlay: beyond the document.
struct SocialPlaySessions: Sendable {
    let sessions: ManageSessions
    let responses: SocialPlayResponses

    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        responses.sessions(try await sessions.list(by: caller))
    }

    @Sendable func end(_ request: Request, by caller: Caller) async throws -> Response {
        try await sessions.end(try request.parameter("id", as: SessionID.self), by: caller)
        return responses.message("Session ended successfully")
    }

    @Sendable func endOthers(_ request: Request, by caller: Caller) async throws -> Response {
        let count = try await sessions.endOthers(by: caller)
        return responses.message(count == 1 ? "1 other session ended" : "\(count) other sessions ended")
    }
}
