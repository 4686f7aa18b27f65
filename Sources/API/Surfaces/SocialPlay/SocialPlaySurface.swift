import Chassis
import Domain
import HTTP

/// SocialPlay: `/api/v1` (S2). Answers are bare objects or `{message}`, errors `{status: "error", message}`.
struct SocialPlaySurface: Sendable {
    private let context: LoopContext
    private let answers: SocialPlayResponses

    init(_ context: LoopContext, publicBaseURL: String) {
        self.context = context
        answers = SocialPlayResponses(publicBaseURL: publicBaseURL)
    }

    var table: RouteTable {
        let guards = SocialPlayGuards(context: context)
        let accounts = SocialPlayAccounts(context: context, answers: answers)
        let sessions = SocialPlaySessions(context: context, answers: answers)
        let providers = SocialPlayProviders(context: context, answers: answers)
        let own = SocialPlayOwnAccount(context: context, answers: answers)
        let administration = SocialPlayAdministration(context: context, answers: answers)
        return RouteTable(
            prefixes: ["/api/v1"],
            routes: [
                Route(.post, "/api/v1/auth/register", guards.anyone(.socialPlayRegister, accounts.register)),
                Route(.post, "/api/v1/auth/login", guards.anyone(.socialPlayLogin, accounts.logIn)),
                Route(.post, "/api/v1/auth/refresh", guards.anyone(accounts.refresh)),
                Route(.post, "/api/v1/auth/logout", guards.anyone(accounts.logOut)),
                Route(.post, "/api/v1/auth/forgot-password", guards.anyone(accounts.forgotPassword)),
                Route(.post, "/api/v1/auth/reset-password", guards.anyone(accounts.resetPassword)),
                Route(.post, "/api/v1/auth/change-password", guards.people(accounts.changePassword)),
                Route(.post, "/api/v1/auth/verify-email", guards.anyone(accounts.verifyEmail)),
                Route(.post, "/api/v1/auth/verify-email/resend", guards.people(accounts.resendVerification)),

                Route(.get, "/api/v1/auth/sessions", guards.people(sessions.list)),
                Route(.delete, "/api/v1/auth/sessions", guards.people(sessions.endOthers)),
                Route(.delete, "/api/v1/auth/sessions/:id", guards.people(sessions.end)),

                Route(.get, "/api/v1/auth/providers", guards.anyone(providers.list)),
                Route(.post, "/api/v1/auth/providers/:name/nonce", guards.anyone(providers.begin)),
                Route(.post, "/api/v1/auth/providers/:name/login", guards.anyone(.socialPlayLogin, providers.logIn)),

                Route(.get, "/api/v1/users/me", guards.people(own.read)),
                Route(.put, "/api/v1/users/me", guards.people(own.update)),
                Route(.delete, "/api/v1/users/me", guards.people(own.delete)),
                Route(.post, "/api/v1/users/me/deactivate", guards.people(own.deactivate)),
                Route(.post, "/api/v1/users/me/export", guards.people(own.requestExport)),
                Route(.get, "/api/v1/users/me/export", guards.people(own.readExport)),
                Route(.get, "/api/v1/users/me/export/download", guards.people(own.downloadExport)),

                Route(.put, "/api/v1/admin/users/:id/role", guards.people(administration.setRole)),
                Route(.put, "/api/v1/admin/users/:id/status", guards.people(administration.setStatus)),
                Route(.post, "/api/v1/admin/announcements", guards.people(administration.announce)),
            ],
            render: render)
    }

    /// S2-130 to S2-135.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let outcome = ErrorResponse(SocialPlayErrorTable.of(error), request, context.log)
        var writer = JSONWriter()
        writer.object { body in
            body.member("status", literal: "error")
            body.member("message", SocialPlayErrorTable.message(of: outcome))
            guard let validation = error as? ValidationError else { return }
            body.member("errors", array: [validation]) { errors, validation in
                errors.object { entry in
                    entry.member("field", validation.field)
                    entry.member("message", validation.reason)
                }
            }
        }
        return .json(outcome.status, writer.bytes, headers: outcome.headers).with("Cache-Control", "no-store")
    }
}
