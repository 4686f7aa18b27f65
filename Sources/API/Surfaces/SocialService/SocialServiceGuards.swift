import Domain
import Features
import HTTP

/// Wraps handlers with authentication and rate limits. Every response shows what is left of a limit (S0-109).
struct SocialServiceGuards: Sendable {
    typealias Handler = @Sendable (Request) async throws -> Response
    private let context: RequestContext
    private let limits: RequestLimiter
    private let services: ServiceAuthenticator

    init(_ context: RequestContext, _ services: ServiceAuthenticator) {
        self.context = context
        self.services = services
        limits = context.limits(.epoch)
    }

    /// For authenticated users, counted by user; a request without authentication is counted by address.
    /// - Parameter isActivity: Whether the request extends the presence of the user; a heartbeat does so itself.
    func users(
        _ limit: RateLimit, isActivity: Bool = true,
        _ handle: @escaping @Sendable (Request, Caller) async throws -> Response
    ) -> Handler {
        { [context, limits] request in
            let caller: Caller
            do {
                caller = try context.caller(of: request, isActivity: isActivity)
            } catch {
                try await limits.take(.socialAnonymous, for: request)
                throw error
            }
            try await limits.take(limit, of: caller.user, for: request)
            return try await handle(request, caller)
        }
    }

    /// For authenticated users, with the general limit.
    func users(_ handle: @escaping @Sendable (Request, Caller) async throws -> Response) -> Handler {
        users(.socialGeneral, handle)
    }

    /// Without authentication, counted by address.
    func anyone(_ handle: @escaping Handler) -> Handler {
        { [limits] request in
            try await limits.take(.socialAnonymous, for: request)
            return try await handle(request)
        }
    }

    /// For other services, which send the internal token (S0-5); a user's token is not enough.
    func services(_ limit: RateLimit, _ handle: @escaping Handler) -> Handler {
        { [services, limits] request in
            guard services.isValid(request.head.header("x-internal-token")) else {
                try await limits.take(.socialAnonymous, for: request)
                throw DomainError.tokenInvalid
            }
            try await limits.takeForService(limit, for: request)
            return try await handle(request)
        }
    }
}
