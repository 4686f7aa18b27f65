import Domain
import Features
import HTTP

/// `/users*` of the musicians' surface.
struct MusiciansProfiles: Sendable {
    let context: RequestContext
    let limits: RequestLimiter
    let profiles: ProfileFeature
    let responses: MusiciansResponses
    /// How many profiles of a stream are read at a time; a profile may follow thousands.
    private static let pageSize = 100
    private static let longestPage = 500
    /// How many of them are written at a time.
    private static let pieceSize = 20

    /// S1-28.
    @Sendable func profile(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        return responses.profile(try await profiles.read(try request.parameter("id", as: UserID.self), for: viewer))
    }

    /// S1-36.
    @Sendable func named(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        return responses.profile(try await profiles.read.named(request.parameter("username"), for: viewer))
    }

    /// S1-41, S1-91.
    @Sendable func publicProfile(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        let follower = try request.optionalID("viewerId", as: UserID.self) ?? viewer
        return responses.publicProfile(
            try await profiles.read.publicProfile(
                named: request.parameter("username"), for: viewer, comparedWith: follower))
    }

    /// S1-43.
    @Sendable func tracks(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        return responses.files(
            "data",
            try await profiles.read.files(.tracks, ofUserNamed: request.parameter("username"), for: viewer))
    }

    /// S1-44.
    @Sendable func recordings(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        return responses.files(
            "audioFiles",
            try await profiles.read.files(.recordings, ofUserNamed: request.parameter("username"), for: viewer))
    }

    /// S1-45 to S1-49.
    @Sendable func update(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        let user = try request.parameter("id", as: UserID.self)
        let changes = try ProfileChangesBody.changes(in: try await request.fields(limit: JSONBodyLimit.profile))
        return responses.profile(try await profiles.update(changes, of: user, by: caller))
    }

    /// S1-37 to S1-40. The plain call streams all profiles, a page at a time, so that memory does not grow with them;
    /// `limit` and `cursor` ask for one page.
    @Sendable func list(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        let excluded = try request.optionalID("excludeUserId", as: UserID.self)
        if request.query("limit") != nil || request.query("cursor") != nil {
            return try await page(request, excluding: excluded, for: viewer)
        }
        return try await stream(excluding: excluded, for: viewer)
    }

    /// The first page is read before the response begins, so that an outage is an error. One that comes later cuts the
    /// response off: its last chunk is missing, and its JSON has no end.
    private func stream(excluding excluded: UserID?, for viewer: UserID?) async throws(DomainError) -> Response {
        let read = profiles.read
        let first = try await read.page(after: nil, excluding: excluded, for: viewer, limit: Self.pageSize)
        return Response(
            200,
            body: .stream(type: "application/json; charset=utf-8") { writer in
                try await writer.write(Array(#"{"success":true,"profiles":["#.utf8))
                var page = first
                var isFirst = true
                while !page.isEmpty {
                    for start in stride(from: 0, to: page.count, by: Self.pieceSize) {
                        let piece = page[start..<min(start + Self.pieceSize, page.count)]
                        try await writer.write(responses.list(piece, isFirst: isFirst))
                        isFirst = false
                    }
                    guard page.count == Self.pageSize, let last = page.last?.user else { break }
                    page = try await read.page(after: last, excluding: excluded, for: viewer, limit: Self.pageSize)
                }
                try await writer.write(Array("]}".utf8))
            })
    }

    private func page(
        _ request: Request, excluding excluded: UserID?, for viewer: UserID?
    ) async throws(DomainError) -> Response {
        let limit = try request.page(limit: 100, atMost: Self.longestPage).limit
        let cursor = try request.optionalID("cursor", as: UserID.self)
        let page = try await profiles.read.page(after: cursor, excluding: excluded, for: viewer, limit: limit + 1)
        let shown = Array(page.prefix(limit))
        let response = responses.profiles(shown)
        guard page.count > limit, let last = shown.last?.user else { return response }
        let exclusion = excluded.map { "&excludeUserId=\($0)" } ?? ""
        return response.with("Link", "</users?limit=\(limit)&cursor=\(last)\(exclusion)>; rel=\"next\"")
    }
}
