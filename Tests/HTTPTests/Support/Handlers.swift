import HTTP

/// An asynchronous handler.
typealias AsyncHandler = @Sendable (Request) async -> Response

/// Responds with the method, the path and the whole body.
@Sendable func echo(_ request: Request) async -> Response {
    do {
        let body = try await request.body.collect(limit: 1 << 20)
        return .text(200, "\(request.method.rawValue) \(request.path) \(String(decoding: body, as: UTF8.self))")
    } catch RequestBody.Failure.tooLarge {
        return .text(413, "too large")
    } catch {
        return .text(500, "interrupted")
    }
}

/// Responds immediately without reading the body.
@Sendable func respondImmediately(_ request: Request) async -> Response { .text(200, "done") }

/// Wraps an asynchronous handler.
func awaiting(_ response: @escaping AsyncHandler) -> Handler {
    { _ in .awaited(response) { error, _ in .text(500, "\(error)") } }
}
