import Domain
import HTTP

/// `/auth/*` of the musicians' surface.
struct MusiciansAccounts: Sendable {
    let context: LoopContext
    let answers: MusiciansResponses

    private struct NewUser: Decodable {
        let email: String
        let username: String
        let password: String
        let role: String?
    }

    /// S1-8 to S1-15. Nobody can make themselves an admin.
    @Sendable func register(_ request: Request) async throws -> Response {
        try await context.limiter.take(.musiciansRegister, for: request)
        let body = try await request.json(NewUser.self)
        guard let persona = Persona(rawValue: body.role ?? Persona.listener.rawValue) else {
            throw ValidationError(field: "role", reason: "role must be musician or listener")
        }
        let registration = Registration(
            email: try EmailAddress(body.email), username: try Username(body.username),
            password: try Password(body.password), persona: persona)
        let (account, tokens) = try await context.registerAccount(registration, client: context.client(request))
        return answers.login(account, tokens)
    }

    private struct Login: Decodable {
        let email: String
        let password: String
    }

    /// S1-16 to S1-19.
    @Sendable func logIn(_ request: Request) async throws -> Response {
        try await context.limiter.take(.musiciansLogin, for: request)
        let body = try await request.json(Login.self)
        let (account, tokens) = try await context.logIn(
            email: body.email, password: body.password, client: context.client(request))
        return answers.login(account, tokens)
    }

    private struct Token: Decodable {
        let refreshToken: String
    }

    /// S1-20 to S1-22.
    @Sendable func refresh(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        let (account, tokens) = try await context.refreshSession(body.refreshToken)
        return answers.login(account, tokens)
    }

    /// S1-23. The refresh token is proof enough.
    @Sendable func logOut(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        try await context.logOut(body.refreshToken)
        return MusiciansResponses.success
    }

    private struct PasswordChange: Decodable {
        let userId: String?
        let oldPassword: String
        let newPassword: String
    }

    /// S1-24 to S1-26, X-5.
    @Sendable func changePassword(_ request: Request) async throws -> Response {
        let principal = try context.principal(of: request)
        try await context.limiter.take(.musiciansLogin, for: request)
        let body = try await request.json(PasswordChange.self)
        try principal.mustBe(body.userId, "userId")
        try await context.changePassword(
            old: body.oldPassword, new: try Password(body.newPassword, field: "newPassword"), by: principal,
            trace: request.id.description)
        return MusiciansResponses.success
    }
}
