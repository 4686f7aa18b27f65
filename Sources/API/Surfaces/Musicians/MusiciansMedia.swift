import Domain
import HTTP

/// `/media/*` of the musicians' surface.
struct MusiciansMedia: Sendable {
    let context: LoopContext
    let answers: MusiciansResponses

    /// S1-52 to S1-58.
    @Sendable func uploadAvatar(_ request: Request) async throws -> Response {
        let principal = try context.principal(of: request)
        try await context.limiter.take(.musiciansAvatar, of: principal.user, for: request)
        return answers.uploaded(try await context.uploadAvatar(request, by: principal))
    }

    /// S1-65, S1-70.
    @Sendable func avatar(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        return try await context.readAvatar(of: user, size: request.query("size"), for: request)
    }

    /// Beyond the document: how far the workers are.
    @Sendable func status(_ request: Request) async throws -> Response {
        let principal = try context.principal(of: request)
        let id = try request.parameter("fileId", as: MediaID.self)
        return answers.status(try await context.readMediaStatus(id, by: principal))
    }
}
