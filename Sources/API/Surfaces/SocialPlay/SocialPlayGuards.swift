import Domain
import Features
import HTTP

/// Wraps handlers with authentication and rate limits.
struct SocialPlayGuards: Sendable {
    typealias Handler = @Sendable (Request) async throws -> Response
    let context: RequestContext
    let limits: RequestLimiter

    init(_ context: RequestContext) {
        self.context = context
        limits = context.limits(.delta)
    }

    /// Without authentication, counted by address.
    func anyone(_ limit: RateLimit, _ handle: @escaping Handler) -> Handler {
        { [limits] request in
            try await limits.take(limit, for: request)
            return try await handle(request)
        }
    }

    /// Without authentication, counted by address.
    func anyone(_ handle: @escaping Handler) -> Handler { anyone(.socialPlayAnonymous, handle) }

    /// For authenticated users, counted by user; a request with a refused token is counted by address.
    func users(
        _ limit: RateLimit, _ handle: @escaping @Sendable (Request, Caller) async throws -> Response
    ) -> Handler {
        { [context, limits] request in
            let caller: Caller
            do throws(DomainError) {
                caller = try context.caller(of: request)
            } catch {
                throw await limits.refused(error, for: request)
            }
            try await limits.take(limit, of: caller.user, for: request)
            return try await handle(request, caller)
        }
    }

    /// For authenticated users, with the general limit.
    func users(_ handle: @escaping @Sendable (Request, Caller) async throws -> Response) -> Handler {
        users(.socialPlayUsers, handle)
    }

    /// With or without authentication: a token decides what is shown, and must be valid if it is sent. Counted by user,
    /// or by address.
    func viewers(_ handle: @escaping @Sendable (Request, UserID?) async throws -> Response) -> Handler {
        { [context, limits] request in
            guard let viewer = try await context.viewer(of: request, limits) else {
                try await limits.take(.socialPlayAnonymous, for: request)
                return try await handle(request, nil)
            }
            try await limits.take(.socialPlayUsers, of: viewer, for: request)
            return try await handle(request, viewer)
        }
    }
}
