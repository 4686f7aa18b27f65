/// One line of a surface's table: what it answers, and who does it.
package struct Route: Sendable {
    let method: Method
    let pattern: String
    let handle: @Sendable (Request) async throws -> Response

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
    }
}
