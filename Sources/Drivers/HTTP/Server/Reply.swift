/// What a handler makes of a request.
package enum Reply: Sendable {
    /// The answer, when nothing had to be waited for: it costs no task.
    case ready(Response)
    /// What gives the answer when it is run as a task on the request's loop, and what makes an answer of its error.
    case awaited(
        @Sendable (Request) async throws -> Response, orElse: @Sendable (any Error, Request) -> Response)
}
