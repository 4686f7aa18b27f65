import Domain
import Features
import HTTP

/// `/api/v1/users/:id` of SocialPlay: other users, follows and blocks (S2-75 to S2-80, S2-108 to S2-113).
struct SocialPlayUsers: Sendable {
    let users: ReadPublicUsers
    let follow: FollowUser
    let blocks: BlockUser
    let responses: SocialPlayResponses

    /// S2-75.
    @Sendable func read(_ request: Request, for viewer: UserID?) async throws -> Response {
        try responses.user(try await users.user(try Self.user(request), for: viewer)).revalidated(for: request)
    }

    /// S2-79.
    @Sendable func search(_ request: Request, by caller: Caller) async throws -> Response {
        guard let text = request.query("q") else { throw DomainError(field: "q", reason: "q is required") }
        return responses.users(try await users.find(text, by: caller))
    }

    // MARK: Follows

    /// S2-77.
    @Sendable func followers(_ request: Request, for viewer: UserID?) async throws -> Response {
        try await list(.followers, request, for: viewer)
    }

    /// S2-78.
    @Sendable func following(_ request: Request, for viewer: UserID?) async throws -> Response {
        try await list(.following, request, for: viewer)
    }

    private func list(_ side: FollowSide, _ request: Request, for viewer: UserID?) async throws -> Response {
        let errors = FieldErrors()
        let (page, last, user) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: FollowID.self) },
            errors.read { () throws(DomainError) in try Self.user(request) })
        let found = try await users.list(side, of: user, page, after: last, for: viewer)
        let response = responses.users(found.users)
        guard let next = found.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(page.limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// S2-108 to S2-111.
    @Sendable func follow(_ request: Request, by caller: Caller) async throws -> Response {
        try await follow.followOnce(try Self.user(request), by: caller)
        return responses.message("Successfully followed user")
    }

    /// S2-113.
    @Sendable func unfollow(_ request: Request, by caller: Caller) async throws -> Response {
        try await follow.unfollow(try Self.user(request), by: caller)
        return responses.message("Successfully unfollowed user")
    }

    /// Beyond the document.
    @Sendable func removeFollower(_ request: Request, by caller: Caller) async throws -> Response {
        try await follow.remove(follower: try Self.user(request), by: caller)
        return responses.message("Successfully removed follower")
    }

    // MARK: Blocks, beyond the document

    @Sendable func block(_ request: Request, by caller: Caller) async throws -> Response {
        try await blocks.block(try Self.user(request), by: caller)
        return responses.message("Successfully blocked user")
    }

    @Sendable func unblock(_ request: Request, by caller: Caller) async throws -> Response {
        try await blocks.unblock(try Self.user(request), by: caller)
        return responses.message("Successfully unblocked user")
    }

    @Sendable func listBlocks(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 20, atMost: 100)
        return responses.blocks(try await blocks.list(page, by: caller))
    }

    private static func user(_ request: Request) throws(DomainError) -> UserID {
        try request.parameter("id", as: UserID.self)
    }
}
