/// All routes of one surface, and how it says that something went wrong.
package struct RouteTable: Sendable {
    /// Makes an answer of an error.
    package typealias Renderer = @Sendable (any Error, Request) -> Response

    let prefixes: [String]
    let routes: [Route]
    let render: Renderer

    /// - Parameters:
    ///   - prefixes: Paths whose errors this surface renders, also for paths that no route has.
    ///   - render: Makes an answer of any error: the routes' own or ``RoutingError``.
    package init(prefixes: [String], routes: [Route], render: @escaping Renderer) {
        self.prefixes = prefixes
        self.routes = routes
        self.render = render
    }
}
