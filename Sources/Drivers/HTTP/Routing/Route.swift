/// One line of a surface's table: what it answers, and who does it.
package struct Route: Sendable {
    enum Action: Sendable {
        /// Answers on the spot.
        case immediate(@Sendable (Request) throws -> Response)
        /// Waits for something before it can answer.
        case waiting(@Sendable (Request) async throws -> Response)
    }

    package let method: Method
    package let pattern: String
    let action: Action

    /// - Parameters:
    ///   - pattern: Segments after slashes; one that begins with a colon is a parameter of that name and matches any
    ///     one segment. A literal segment wins over a parameter.
    ///   - handle: Errors it throws are rendered by its surface.
    package init(
        _ method: Method, _ pattern: String, _ handle: @escaping @Sendable (Request) async throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        action = .waiting(handle)
    }

    /// A route that never waits: answered on the spot, without a task.
    package init(
        _ method: Method, immediate pattern: String, _ answer: @escaping @Sendable (Request) throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        action = .immediate(answer)
    }
}
