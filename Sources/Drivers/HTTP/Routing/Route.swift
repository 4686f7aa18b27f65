/// One line of a surface's table: what it answers, and who does it.
package struct Route: Sendable {
    let method: Method
    let pattern: String
    let handle: @Sendable (Request) async throws -> Response
    /// The same for a route that never waits.
    let answer: (@Sendable (Request) throws -> Response)?

    /// - Parameters:
    ///   - pattern: Segments after slashes; one that begins with a colon is a parameter of that name and matches any
    ///     one segment. A literal segment wins over a parameter.
    ///   - handle: Errors it throws are rendered by its surface.
    package init(
        _ method: Method, _ pattern: String, _ handle: @escaping @Sendable (Request) async throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        self.handle = handle
        answer = nil
    }

    /// A route that never waits: answered on the spot.
    /// - Parameter path: Without parameters.
    package init(
        _ method: Method, immediate path: String, _ answer: @escaping @Sendable (Request) throws -> Response
    ) {
        self.method = method
        pattern = path
        handle = { try answer($0) }
        self.answer = answer
    }
}
