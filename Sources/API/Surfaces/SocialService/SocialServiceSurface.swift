import Chassis
import HTTP

/// The Social Service: `/v1`, and the same below `/social` (S0).
struct SocialServiceSurface: Sendable {
    private let shared: SharedContext
    private let log: RequestLog

    init(_ shared: SharedContext, log: RequestLog) {
        self.shared = shared
        self.log = log
    }

    var table: RouteTable {
        RouteTable(
            prefixes: ["/v1", "/social/v1"],
            routes: [
                Route(.get, immediate: "/v1/health", health), Route(.get, immediate: "/social/v1/health", health),
            ],
            render: render)
    }

    /// S0-119.
    @Sendable private func health(_ request: Request) -> Response {
        var writer = JSONWriter()
        writer.object { health in
            health.member("status", literal: "ok")
            health.member("timestamp", .now, .seconds)
            health.member("uptime", Int((monotonicNanoseconds() - shared.startedAt) / 1_000_000_000))
            health.member("version", literal: "1.0.0")
        }
        return .json(200, writer.bytes)
    }

    /// S0-90.
    @Sendable private func render(_ error: any Error, _ request: Request) -> Response {
        let outcome = ErrorOutcome(error, request, log)
        var writer = JSONWriter()
        writer.object { body in
            body.member("error", Self.code(outcome.status))
            body.member("message", outcome.message)
            body.member("statusCode", outcome.status.rawValue)
            body.member("timestamp", .now, .seconds)
            body.member("path", request.path)
        }
        return .json(outcome.status, writer.bytes, headers: outcome.headers)
    }

    /// S0-91 to S0-97.
    private static func code(_ status: Status) -> String {
        switch status.rawValue {
        case 401: "UNAUTHORIZED"
        case 403: "FORBIDDEN"
        case 404: "NOT_FOUND"
        case 405: "METHOD_NOT_ALLOWED"
        case 409: "ALREADY_EXISTS"
        case 429: "RATE_LIMIT_EXCEEDED"
        case 503: "SERVICE_UNAVAILABLE"
        case 500...: "INTERNAL_ERROR"
        default: "VALIDATION_ERROR"
        }
    }
}
