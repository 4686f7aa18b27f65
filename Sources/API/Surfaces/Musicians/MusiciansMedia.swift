import Domain
import Features
import HTTP

/// `/media/*` of the musicians' surface.
struct MusiciansMedia: Sendable {
    let context: RequestContext
    let limits: RequestLimiter
    let media: MediaFeature
    let responses: MusiciansResponses

    /// S1-52 to S1-58.
    @Sendable func uploadAvatar(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        try await limits.take(.musiciansAvatar, of: caller.user, for: request)
        return responses.uploaded(try await PictureForm.receive(request, media.uploadAvatar, by: caller))
    }

    /// S1-65, S1-70.
    @Sendable func avatar(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        guard let size = AvatarSize(rawValue: request.query("size") ?? AvatarSize.medium.rawValue) else {
            throw DomainError.invalid("size must be 256, 512 or 1200")
        }
        return try .content(try await media.readAvatar(of: user, size: size), for: request)
    }

    /// Beyond the document: the state of an upload.
    @Sendable func status(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        let id = try request.parameter("fileId", as: MediaID.self)
        return responses.status(try await media.readStatus(id, by: caller))
    }
}
