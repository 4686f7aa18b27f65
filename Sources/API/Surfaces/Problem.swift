import Chassis
import HTTP

/// RFC 9457 problem details: for paths outside every surface, and for operations.
enum Problem {
    static func renderer(_ log: RequestLog) -> @Sendable (any Error, Request) -> Response {
        { error, request in
            let error = ErrorResponse(error, request, log)
            var writer = JSONWriter()
            writer.object { problem in
                problem.member("type", literal: "about:blank")
                problem.member("title", literal: error.status.phrase)
                problem.member("status", error.status.rawValue)
                problem.member("detail", error.message)
            }
            return Response(
                error.status, headers: error.headers,
                body: .bytes(writer.bytes, type: "application/problem+json"))
        }
    }
}
