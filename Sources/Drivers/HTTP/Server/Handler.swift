/// Answers a request; called on the request's loop, which it must not block. Errors are answers too, so it cannot throw.
package typealias Handler = @Sendable (Request) -> Reply

/// Is told every answer that a handler gives, before it is sent.
package typealias AnswerObserver = @Sendable (Request, Response) -> Void
