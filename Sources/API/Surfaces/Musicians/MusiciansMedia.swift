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
        try await upload(request, as: .avatar, within: .musiciansAvatar)
    }

    /// S1-59 to S1-62.
    @Sendable func uploadTrack(_ request: Request) async throws -> Response {
        try await upload(request, as: .track, within: .musiciansTrack)
    }

    /// S1-63, S1-64.
    @Sendable func uploadCover(_ request: Request) async throws -> Response {
        try await upload(request, as: .cover, within: .musiciansCover)
    }

    /// S1-82.
    @Sendable func uploadFile(_ request: Request) async throws -> Response {
        try await upload(request, as: .other, within: .musiciansFile)
    }

    private func upload(
        _ request: Request, as purpose: MediaPurpose, within limit: RateLimit
    ) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        try await limits.take(limit, of: caller.user, for: request)
        return responses.uploaded(try await UploadForm.receive(request, as: purpose, media.upload, by: caller))
    }

    /// S1-65, S1-70.
    @Sendable func avatar(_ request: Request) async throws -> Response {
        let user = try request.parameter("userId", as: UserID.self)
        let picture = try await media.readPicture.avatar(
            of: user, size: try size(request), acceptsWebP: request.acceptsWebP)
        return try .content(picture, for: request)
    }

    /// S1-71.
    @Sendable func cover(_ request: Request) async throws -> Response {
        let track = try request.parameter("trackId", as: MediaID.self)
        let picture = try await media.readPicture.cover(
            of: track, for: context.possibleViewer(of: request), size: try size(request),
            acceptsWebP: request.acceptsWebP)
        return try .content(picture, for: request)
    }

    private func size(_ request: Request) throws(DomainError) -> PictureSize {
        guard let text = request.query("size") else { return .whole }
        guard let size = PictureSize(rawValue: text) else { throw .invalid("size must be 256, 512 or 1200") }
        return size
    }

    /// S1-66 to S1-70, S1-83.
    @Sendable func track(_ request: Request) async throws -> Response {
        let viewer = context.possibleViewer(of: request)
        let track = try request.parameter("trackId", as: MediaID.self)
        let content = try await media.read.track(track, for: viewer)
        let response = try Response.content(content, for: request)
        if request.receivesFirstByte(of: content, response) {
            await media.recordPlay(track, by: viewer, from: context.client(of: request).source)
        }
        return response
    }

    /// Beyond the document: the peaks that a player draws.
    @Sendable func waveform(_ request: Request) async throws -> Response {
        let viewer = context.possibleViewer(of: request)
        let track = try request.parameter("trackId", as: MediaID.self)
        return try .content(try await media.read.waveform(of: track, for: viewer), for: request)
    }

    /// S1-72.
    @Sendable func file(_ request: Request) async throws -> Response {
        let id = try request.parameter("fileId", as: MediaID.self)
        let file = try await media.read.file(
            id, for: context.possibleViewer(of: request), acceptsWebP: request.acceptsWebP)
        return try .content(file, for: request)
    }

    /// S1-73, S1-78.
    @Sendable func deleteFile(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        try await media.delete(try request.parameter("fileId", as: MediaID.self), by: caller)
        return MusiciansResponses.success
    }

    /// S1-75.
    @Sendable func deleteTrack(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        try await media.delete(try request.parameter("trackId", as: MediaID.self), purpose: .track, by: caller)
        return MusiciansResponses.success
    }

    /// Beyond the document: the state of an upload.
    @Sendable func status(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        let id = try request.parameter("fileId", as: MediaID.self)
        return responses.status(try await media.readStatus(id, by: caller))
    }
}
