import Domain
import Features
import HTTP

/// `/auth/*` of the musicians' surface.
struct MusiciansAccounts: Sendable {
    let context: RequestContext
    let limits: RequestLimiter
    let accounts: AccountFeature
    let responses: MusiciansResponses

    private struct NewUser: Decodable {
        let email: String
        let username: String
        let password: String
        let role: String?
    }

    /// S1-8 to S1-15. A client cannot choose the role admin.
    @Sendable func register(_ request: Request) async throws -> Response {
        try await limits.take(.musiciansRegister, for: request)
        let body = try await request.json(NewUser.self)
        guard let persona = Persona(rawValue: body.role ?? Persona.listener.rawValue) else {
            throw DomainError(field: "role", reason: "role must be musician or listener")
        }
        let registration = Registration(
            email: try EmailAddress(body.email), username: try Username(body.username),
            password: try Password(body.password), persona: persona)
        let (account, tokens) = try await accounts.register(registration, client: context.client(of: request))
        return responses.login(account, tokens)
    }

    private struct Login: Decodable {
        let email: String
        let password: String
    }

    /// S1-16 to S1-19.
    @Sendable func logIn(_ request: Request) async throws -> Response {
        try await limits.take(.musiciansLogin, for: request)
        let body = try await request.json(Login.self)
        let (account, tokens) = try await accounts.logIn(
            email: body.email, password: body.password, client: context.client(of: request))
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

    private struct PasswordChange: Decodable {
        let userId: String?
        let oldPassword: String
        let newPassword: String
    }

    /// S1-24 to S1-26, X-5.
    @Sendable func changePassword(_ request: Request) async throws -> Response {
        let caller = try await context.caller(of: request, limits)
        try await limits.take(.musiciansLogin, for: request)
        let body = try await request.json(PasswordChange.self)
        try caller.requireSelf(body.userId, field: "userId")
        let device = try await accounts.changePassword(
            old: body.oldPassword, new: try Password(body.newPassword, field: "newPassword"), by: caller)
        return MusiciansResponses.success.withDeviceToken(device)
    }
}
