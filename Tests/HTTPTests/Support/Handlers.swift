import HTTP

/// What gives an answer that has to be waited for.
typealias AsyncAnswer = @Sendable (Request) async -> Response

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

/// The handler of an answer that always has to be waited for.
func awaiting(_ answer: @escaping AsyncAnswer) -> Handler {
    { _ in .awaited(answer) { error, _ in .text(500, "\(error)") } }
}
