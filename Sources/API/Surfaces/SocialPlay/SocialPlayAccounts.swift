import Domain
import Features
import HTTP

/// `/api/v1/auth/*` of SocialPlay.
struct SocialPlayAccounts: Sendable {
    let context: RequestContext
    let accounts: AccountFeature
    let limits: RequestLimiter
    let responses: SocialPlayResponses

    private struct NewUser: Decodable {
        let email: String
        let username: String
        let password: String
        let firstName: String?
        let lastName: String?
    }

    /// S2-44 to S2-48. A client cannot choose a role.
    @Sendable func register(_ request: Request) async throws -> Response {
        let body = try await request.json(NewUser.self)
        let registration = Registration(
            email: try EmailAddress(body.email), username: try Username(body.username),
            password: try Password(body.password),
            firstName: try body.firstName.map { try ProfileText.name($0, field: "firstName") },
            lastName: try body.lastName.map { try ProfileText.name($0, field: "lastName") })
        let (account, tokens) = try await accounts.register(registration, client: context.client(of: request))
        return responses.registered(try await accounts.account.read(account.id), tokens)
    }

    private struct Login: Decodable {
        let email: String
        let password: String
    }

    /// S2-49 to S2-54.
    @Sendable func logIn(_ request: Request) async throws -> Response {
        let body = try await request.json(Login.self)
        let (account, tokens) = try await accounts.logIn(
            email: body.email, password: body.password, client: context.client(of: request))
        return responses.loggedIn(try await accounts.account.read(account.id), tokens)
    }

    private struct Token: Decodable {
        let refreshToken: String
    }

    /// S2-55 to S2-57.
    @Sendable func refresh(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        return responses.refreshed(try await context.refresh(body.refreshToken, accounts, request, limits).tokens)
    }

    /// S2-58.
    @Sendable func logOut(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        try await context.logOut(body.refreshToken, accounts, request, limits)
        return responses.message("Logged out successfully")
    }

    private struct Address: Decodable {
        let email: String
    }

    /// S2-59, S2-60.
    @Sendable func forgotPassword(_ request: Request) async throws -> Response {
        let body = try await request.json(Address.self)
        try await accounts.resetPassword.request(
            email: try EmailAddress(body.email), client: context.client(of: request))
        return responses.message("If the email exists, a reset link has been sent")
    }

    private struct NewPassword: Decodable {
        let token: String
        let newPassword: String
    }

    /// S2-61 to S2-63.
    @Sendable func resetPassword(_ request: Request) async throws -> Response {
        let body = try await request.json(NewPassword.self)
        let device = try await accounts.resetPassword(
            token: body.token, new: try Password(body.newPassword, field: "newPassword"),
            client: context.client(of: request))
        return responses.message("Password reset successful").withDeviceToken(device)
    }

    private struct PasswordChange: Decodable {
        let oldPassword: String
        let newPassword: String
    }

    /// Beyond the document.
    @Sendable func changePassword(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.json(PasswordChange.self)
        let device = try await accounts.changePassword(
            old: body.oldPassword, new: try Password(body.newPassword, field: "newPassword"), by: caller)
        return responses.message("Password changed successfully").withDeviceToken(device)
    }

    private struct Link: Decodable {
        let token: String
    }

    /// Beyond the document.
    @Sendable func verifyEmail(_ request: Request) async throws -> Response {
        let body = try await request.json(Link.self)
        try await accounts.verifyEmail(token: body.token)
        return responses.message("Email verified successfully")
    }

    /// Beyond the document.
    @Sendable func resendVerification(_ request: Request, by caller: Caller) async throws -> Response {
        try await accounts.verifyEmail.resend(to: caller)
        return responses.message("If the email is not verified, a link has been sent")
    }
}
