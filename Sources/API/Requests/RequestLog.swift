import Chassis
import Domain
import Features
import HTTP

/// The log of requests: every line names the request and the authenticated user. The token is verified again only when
/// a line is written.
struct RequestLog: Sendable {
    let log: Log
    let authenticator: Authenticator

    func of(_ request: Request) -> Log {
        let log = log.with("request", .text(request.id.description))
        guard let principal = try? authenticator.principal(of: request) else { return log }
        return log.with("user", .text(principal.user.description))
    }

    /// Logs each response at the level debug.
    @Sendable func answered(_ request: Request, _ response: Response) {
        guard log.isEnabled(.debug) else { return }
        of(request).debug(
            "answered",
            [
                "method": .text(request.method.rawValue), "path": .text(request.path),
                "status": .number(response.status.rawValue), "peer": .text(request.peer),
            ])
    }
}
