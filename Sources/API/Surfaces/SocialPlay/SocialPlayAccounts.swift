import Domain
import Features
import HTTP

/// `/api/v1/auth/*` of SocialPlay.
struct SocialPlayAccounts: Sendable {
    let context: RequestContext
    let accounts: AccountFeature
    let limits: RequestLimiter
    let responses: SocialPlayResponses

    /// S2-44 to S2-48. A client cannot choose a role.
    @Sendable func register(_ request: Request) async throws -> Response {
        let fields = try await request.fields()
        let (email, username, password, firstName, lastName) = try fields.all(
            fields.required("email") { try EmailAddress($0) }, fields.required("username") { try Username($0) },
            fields.required("password") { try Password($0) },
            fields.optional("firstName") { try ProfileText.name($0, field: "firstName") },
            fields.optional("lastName") { try ProfileText.name($0, field: "lastName") })
        let registration = Registration(
            email: email, username: username, password: password, firstName: firstName, lastName: lastName)
        let (account, tokens) = try await accounts.register(registration, client: context.client(of: request))
        return responses.registered(try await accounts.account.read(account.id), tokens)
    }

    /// S2-49 to S2-54. `totp` is a one-time password or a recovery code.
    @Sendable func logIn(_ request: Request) async throws -> Response {
        let fields = try await request.fields()
        let (email, password, code) = try fields.all(
            fields.required("email", as: String.self), fields.required("password", as: String.self),
            fields.optional("totp", as: String.self))
        let (account, tokens) = try await accounts.logIn(
            email: email, password: password, code: code, client: context.client(of: request))
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
            email: try EmailAddress(existing: body.email), client: context.client(of: request))
        return responses.message("If the email exists, a reset link has been sent")
    }

    /// S2-61 to S2-63.
    @Sendable func resetPassword(_ request: Request) async throws -> Response {
        let fields = try await request.fields()
        let (token, new) = try fields.all(
            fields.required("token", as: String.self),
            fields.required("newPassword") { try Password($0, field: "newPassword") })
        let device = try await accounts.resetPassword(token: token, new: new, client: context.client(of: request))
        return responses.message("Password reset successful").withDeviceToken(device)
    }

    /// Beyond the document.
    @Sendable func changePassword(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields()
        let (old, new) = try fields.all(
            fields.required("oldPassword", as: String.self),
            fields.required("newPassword") { try Password($0, field: "newPassword") })
        let device = try await accounts.changePassword(old: old, new: new, by: caller)
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
