import Domain
import Features
import HTTP

/// `/social/*` of the musicians' surface.
struct MusiciansSocial: Sendable {
    let context: RequestContext
    let limits: RequestLimiter
    let follows: FollowFeature
    let responses: MusiciansResponses

    private struct FollowBody: Decodable {
        var followerId: String?
    }

    /// S1-85, S1-86.
    @Sendable func follow(_ request: Request) async throws -> Response {
        let (caller, user) = try await pair(request)
        return responses.follow(try await follows.follow.follow(user, by: caller))
    }

    /// S1-87, with both methods.
    @Sendable func unfollow(_ request: Request) async throws -> Response {
        let (caller, user) = try await pair(request)
        try await follows.follow.unfollow(user, by: caller)
        return MusiciansResponses.success
    }

    private func pair(_ request: Request) async throws -> (Caller, UserID) {
        let caller = try await context.caller(of: request, limits)
        let user = try request.parameter("userId", as: UserID.self)
        let body = try await request.optionalJSON(FollowBody.self)
        try caller.requireSelf(body?.followerId, field: "followerId")
        return (caller, user)
    }

    /// S1-88.
    @Sendable func followers(_ request: Request) async throws -> Response { try await list(request, .followers) }

    /// S1-89.
    @Sendable func following(_ request: Request) async throws -> Response { try await list(request, .following) }

    private func list(_ request: Request, _ side: FollowSide) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        let user = try request.parameter("userId", as: UserID.self)
        let cursor = try request.optionalID("cursor", as: FollowID.self)
        let limit = try request.page(limit: ListFollows.longestPage, atMost: ListFollows.longestPage).limit
        let (page, next) = try await follows.list(side, of: user, for: viewer, after: cursor, limit: limit)
        let response = responses.follows(page)
        guard let next else { return response }
        return response.with(
            "Link", "</social/\(side.rawValue)/\(user)?limit=\(limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// S1-90.
    @Sendable func isFollowing(_ request: Request) async throws -> Response {
        let viewer = try await context.viewer(of: request, limits)
        let follower = try request.parameter("followerId", as: UserID.self)
        let followed = try request.parameter("followingId", as: UserID.self)
        return responses.isFollowing(try await follows.list.isFollowing(followed, by: follower, for: viewer))
    }

    /// S1-92 to S1-94. The feed is the caller's own. `limit` and `cursor` are an extension, as of `GET /users`.
    @Sendable func feed(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        guard let user = request.query("userId") else {
            throw DomainError(field: "userId", reason: "userId is required")
        }
        try caller.requireSelf(user, field: "userId")
        let cursor = try request.optionalID("cursor", as: ActivityID.self)
        let limit = try request.page(limit: ReadActivities.pageSize, atMost: ReadActivities.longestPage).limit
        let (page, next) = try await follows.readFeed(by: caller, after: cursor, limit: limit)
        let response = responses.activities(page)
        guard let next else { return response }
        return response.with(
            "Link", "</social/feed?userId=\(caller.user)&limit=\(limit)&cursor=\(next)>; rel=\"next\"")
    }
}
