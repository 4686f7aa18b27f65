/// All routes of one surface, and how it says that something went wrong.
package struct RouteTable: Sendable {
    let prefixes: [String]
    let routes: [Route]
    let render: @Sendable (any Error, Request) -> Response

    /// - Parameters:
    ///   - prefixes: Paths whose errors this surface renders, also for paths that no route has.
    ///   - render: Makes an answer of any error: the routes' own, ``RoutingError``, ``ParameterError``.
    package init(
        prefixes: [String], routes: [Route], render: @escaping @Sendable (any Error, Request) -> Response
    ) {
        self.prefixes = prefixes
        self.routes = routes
        self.render = render
    }
}
