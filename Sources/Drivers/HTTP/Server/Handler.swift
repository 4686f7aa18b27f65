/// Answers a request; runs on the request's loop and must not block it. Errors are answers too, so it cannot throw.
package typealias Handler = @Sendable (Request) async -> Response
