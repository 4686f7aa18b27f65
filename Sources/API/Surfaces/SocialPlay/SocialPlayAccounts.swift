import Domain
import HTTP

/// `/api/v1/auth/*` of SocialPlay.
struct SocialPlayAccounts: Sendable {
    let context: LoopContext
    let answers: SocialPlayResponses

    private struct NewUser: Decodable {
        let email: String
        let username: String
        let password: String
        let firstName: String?
        let lastName: String?
    }

    /// S2-44 to S2-48. The role is nobody's to choose.
    @Sendable func register(_ request: Request) async throws -> Response {
        let body = try await request.json(NewUser.self)
        let registration = Registration(
            email: try EmailAddress(body.email), username: try Username(body.username),
            password: try Password(body.password),
            firstName: try body.firstName.map { try ProfileText.name($0, field: "firstName") },
            lastName: try body.lastName.map { try ProfileText.name($0, field: "lastName") })
        let (account, tokens) = try await context.registerAccount(registration, client: context.client(request))
        return answers.registered(try await context.ownAccount.read(account.id), tokens)
    }

    private struct Login: Decodable {
        let email: String
        let password: String
    }

    /// S2-49 to S2-54.
    @Sendable func logIn(_ request: Request) async throws -> Response {
        let body = try await request.json(Login.self)
        let (account, tokens) = try await context.logIn(
            email: body.email, password: body.password, client: context.client(request))
        return answers.loggedIn(try await context.ownAccount.read(account.id), tokens)
    }

    private struct Token: Decodable {
        let refreshToken: String
    }

    /// S2-55 to S2-57.
    @Sendable func refresh(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        return answers.refreshed(try await context.refreshSession(body.refreshToken).tokens)
    }

    /// S2-58.
    @Sendable func logOut(_ request: Request) async throws -> Response {
        let body = try await request.json(Token.self)
        try await context.logOut(body.refreshToken)
        return answers.message("Logged out successfully")
    }

    private struct Address: Decodable {
        let email: String
    }

    /// S2-59, S2-60.
    @Sendable func forgotPassword(_ request: Request) async throws -> Response {
        let body = try await request.json(Address.self)
        try await context.requestPasswordReset(
            email: try EmailAddress(body.email), trace: request.id.description)
        return answers.message("If the email exists, a reset link has been sent")
    }

    private struct NewPassword: Decodable {
        let token: String
        let newPassword: String
    }

    /// S2-61 to S2-63.
    @Sendable func resetPassword(_ request: Request) async throws -> Response {
        let body = try await request.json(NewPassword.self)
        try await context.resetPassword(
            token: body.token, new: try Password(body.newPassword, field: "newPassword"),
            trace: request.id.description)
        return answers.message("Password reset successful")
    }

    private struct PasswordChange: Decodable {
        let oldPassword: String
        let newPassword: String
    }

    /// Beyond the document.
    @Sendable func changePassword(_ request: Request, by principal: Principal) async throws -> Response {
        let body = try await request.json(PasswordChange.self)
        try await context.changePassword(
            old: body.oldPassword, new: try Password(body.newPassword, field: "newPassword"), by: principal,
            trace: request.id.description)
        return answers.message("Password changed successfully")
    }

    private struct Link: Decodable {
        let token: String
    }

    /// Beyond the document.
    @Sendable func verifyEmail(_ request: Request) async throws -> Response {
        let body = try await request.json(Link.self)
        try await context.verifyEmail(token: body.token)
        return answers.message("Email verified successfully")
    }

    /// Beyond the document.
    @Sendable func resendVerification(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.verifyEmail.sendAgain(to: principal, trace: request.id.description)
        return answers.message("If the email is not verified, a link has been sent")
    }
}
