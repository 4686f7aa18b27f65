import Crypto
import HTTP

/// What stands before the routes: who may come in, and how often. Every answer says how much is left (S0-109).
struct SocialServiceGuards: Sendable {
    typealias Handler = @Sendable (Request) async throws -> Response
    let context: LoopContext
    let internalToken: [UInt8]

    /// For whoever is logged in, counted by person; who is not is counted by address.
    /// - Parameter isActivity: Whether it shows that they do something; a heartbeat does not.
    func people(
        _ bucket: RateLimit, isActivity: Bool = true,
        _ handle: @escaping @Sendable (Request, Principal) async throws -> Response
    ) -> Handler {
        { [context] request in
            let principal: Principal
            do {
                principal =
                    isActivity
                    ? try context.principal(of: request) : try context.authenticator.principal(of: request)
            } catch {
                try await context.limiter.take(.socialStrangers, for: request)
                throw error
            }
            try await context.limiter.take(bucket, of: principal.user, for: request)
            return try await handle(request, principal)
        }
    }

    /// For whoever is logged in, by the general limit.
    func people(_ handle: @escaping @Sendable (Request, Principal) async throws -> Response) -> Handler {
        people(.socialGeneral, handle)
    }

    /// For everybody, counted by address.
    func anyone(_ handle: @escaping Handler) -> Handler {
        { [context] request in
            try await context.limiter.take(.socialStrangers, for: request)
            return try await handle(request)
        }
    }

    /// For other services, which show a token of their own (S0-5); a person's is not enough.
    func services(_ bucket: RateLimit, _ handle: @escaping Handler) -> Handler {
        { [context, internalToken] request in
            guard let token = request.head.header("x-internal-token"),
                constantTimeEquals(Array(token.utf8).span, internalToken.span)
            else {
                try await context.limiter.take(.socialStrangers, for: request)
                throw AccountRefusal.tokenRefused
            }
            try await context.limiter.takeForService(bucket, for: request)
            return try await handle(request)
        }
    }
}
