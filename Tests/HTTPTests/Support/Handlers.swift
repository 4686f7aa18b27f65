import HTTP

/// Answers with the method, the path and the whole body.
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

/// Answers at once and reads nothing.
@Sendable func answerAtOnce(_ request: Request) async -> Response { .text(200, "done") }
