/// Answers a request; runs on the request's loop and must not block it. Errors are answers too, so it cannot throw.
package typealias Handler = @Sendable (Request) async -> Response

/// Answers what needs no waiting, before a task is made for it; nil for everything else.
package typealias ImmediateHandler = @Sendable (Request) -> Response?
