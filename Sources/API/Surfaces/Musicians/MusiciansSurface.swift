import Chassis
import HTTP

/// The musicians' surface: `/auth`, `/users`, `/media`, `/social` (S1). Answers are `{success: true, …}`, errors
/// `{success: false, error}`.
struct MusiciansSurface: Sendable {
    private let context: LoopContext
    private let answers: MusiciansResponses

    init(_ context: LoopContext, publicBaseURL: String) {
        self.context = context
        answers = MusiciansResponses(publicBaseURL: publicBaseURL)
    }

    var table: RouteTable {
        let accounts = MusiciansAccounts(context: context, answers: answers)
        let media = MusiciansMedia(context: context, answers: answers)
        return RouteTable(
            prefixes: ["/auth", "/users", "/media", "/social"],
            routes: [
                Route(.post, "/auth/register", accounts.register),
                Route(.post, "/auth/login", accounts.logIn),
                Route(.post, "/auth/refresh", accounts.refresh),
                Route(.post, "/auth/logout", accounts.logOut),
                Route(.post, "/auth/change_pass", accounts.changePassword),
                Route(.post, "/media/upload/avatar", media.uploadAvatar),
                Route(.get, "/media/avatar/:userId", media.avatar),
                Route(.get, "/media/file/:fileId/status", media.status),
            ],
            render: render)
    }

    /// S1-3.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let outcome = ErrorResponse(error, request, context.log)
        var writer = JSONWriter()
        writer.object { body in
            body.member("success", false)
            body.member("error", outcome.message)
        }
        return .json(outcome.status, writer.bytes, headers: outcome.headers)
    }
}
