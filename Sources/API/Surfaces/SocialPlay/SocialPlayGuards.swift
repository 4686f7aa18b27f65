import HTTP

/// What stands before the routes: who may come in, and how often.
struct SocialPlayGuards: Sendable {
    typealias Handler = @Sendable (Request) async throws -> Response
    let context: LoopContext

    /// For everybody, counted by address.
    func anyone(_ bucket: RateLimit, _ handle: @escaping Handler) -> Handler {
        { [context] request in
            try await context.limiter.take(bucket, for: request)
            return try await handle(request)
        }
    }

    /// For everybody, counted by address.
    func anyone(_ handle: @escaping Handler) -> Handler { anyone(.socialPlayStrangers, handle) }

    /// For whoever is logged in, counted by person.
    func people(_ handle: @escaping @Sendable (Request, Principal) async throws -> Response) -> Handler {
        { [context] request in
            let principal = try context.principal(of: request)
            try await context.limiter.take(.socialPlayPeople, of: principal.user, for: request)
            return try await handle(request, principal)
        }
    }
}
