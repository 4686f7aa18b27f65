import Chassis
import HTTP

/// RFC 9457 problem details: for paths outside every surface, and for operations.
enum Problem {
    static func renderer(_ log: RequestLog) -> @Sendable (any Error, Request) -> Response {
        { error, request in
            let outcome = ErrorResponse(error, request, log)
            var writer = JSONWriter()
            writer.object { problem in
                problem.member("type", literal: "about:blank")
                problem.member("title", literal: outcome.status.phrase)
                problem.member("status", outcome.status.rawValue)
                problem.member("detail", outcome.message)
            }
            return Response(
                outcome.status, headers: outcome.headers,
                body: .bytes(writer.bytes, type: "application/problem+json"))
        }
    }
}
