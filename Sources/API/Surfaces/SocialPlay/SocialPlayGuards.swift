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

    /// For authenticated users, counted by user.
    func users(_ handle: @escaping @Sendable (Request, Caller) async throws -> Response) -> Handler {
        { [context, limits] request in
            let caller = try context.caller(of: request)
            try await limits.take(.socialPlayUsers, of: caller.user, for: request)
            return try await handle(request, caller)
        }
    }
}
