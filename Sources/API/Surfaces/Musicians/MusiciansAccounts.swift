import Domain
import Features
import HTTP

/// `/auth/*` of the musicians' surface.
struct MusiciansAccounts: Sendable {
    let context: RequestContext
    let limits: RequestLimiter
    let accounts: AccountFeature
    let responses: MusiciansResponses

    /// S1-8 to S1-15. A client cannot choose the role admin.
    @Sendable func register(_ request: Request) async throws -> Response {
        try await limits.take(.musiciansRegister, for: request)
        let fields = try await request.fields()
        let (email, username, password, persona) = try fields.all(
            fields.required("email") { try EmailAddress($0) }, fields.required("username") { try Username($0) },
            fields.required("password") { try Password($0) }, fields.optional("role") { try Self.persona($0) })
        let registration = Registration(
            email: email, username: username, password: password, persona: persona ?? .listener)
        let (account, tokens) = try await accounts.register(registration, client: context.client(of: request))
        return responses.login(account, tokens)
    }

    private static func persona(_ role: String) throws(DomainError) -> Persona {
        guard let persona = Persona(rawValue: role) else {
            throw DomainError(field: "role", reason: "role must be musician or listener")
        }
        return persona
    }

    /// S1-16 to S1-19. `totp` is a one-time password or a recovery code.
    @Sendable func logIn(_ request: Request) async throws -> Response {
        try await limits.take(.musiciansLogin, for: request)
        let fields = try await request.fields()
        let (email, password, code) = try fields.all(
            fields.required("email", as: String.self), fields.required("password", as: String.self),
            fields.optional("totp", as: String.self))
        let (account, tokens) = try await accounts.logIn(
            email: email, password: password, code: code, client: context.client(of: request))
        return responses.login(account, tokens)
    }

    private struct Token: Decodable {
        let refreshToken: String
    }

    /// S1-20 to S1-22.
    @Sendable func refresh(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        let (account, tokens) = try await context.refresh(body.refreshToken, accounts, request, limits)
        return responses.login(account, tokens)
    }

    /// S1-23. The refresh token alone is enough.
    @Sendable func logOut(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        try await context.logOut(body.refreshToken, accounts, request, limits)
        return MusiciansResponses.success
    }

    /// S1-24 to S1-26, X-5.
    @Sendable func changePassword(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        try await limits.take(.musiciansLogin, for: request)
        let fields = try await request.fields()
        let (user, old, new) = try fields.all(
            fields.optional("userId", as: String.self), fields.required("oldPassword", as: String.self),
            fields.required("newPassword") { try Password($0, field: "newPassword") })
        try caller.requireSelf(user, field: "userId")
        let device = try await accounts.changePassword(old: old, new: new, by: caller)
        return MusiciansResponses.success.withDeviceToken(device)
    }
}
