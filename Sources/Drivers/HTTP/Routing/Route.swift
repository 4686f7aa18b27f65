/// One entry of a route table: a method, a path pattern and a handler.
package struct Route: Sendable {
    enum Action: Sendable {
        /// Returns the response without waiting.
        case immediate(@Sendable (Request) throws -> Response)
        /// Awaits something before it can respond.
        case waiting(@Sendable (Request) async throws -> Response)
    }

    package let method: Method
    package let pattern: String
    let action: Action

    /// - Parameters:
    ///   - pattern: Segments after slashes; one that begins with a colon is a parameter of that name and matches any
    ///     one segment. A literal segment takes precedence over a parameter.
    ///   - handle: The handler; its errors are rendered by its table.
    package init(
        _ method: Method, _ pattern: String, _ handle: @escaping @Sendable (Request) async throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        action = .waiting(handle)
    }

    /// Creates a route whose handler never waits: it runs without a task.
    package init(
        _ method: Method, immediate pattern: String, _ handle: @escaping @Sendable (Request) throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        action = .immediate(handle)
    }
}

/// A list of routes with the function that renders their errors.
package struct RouteTable: Sendable {
    /// Returns the response to an error.
    package typealias Renderer = @Sendable (any Error, Request) -> Response

    let prefixes: [String]
    let routes: [Route]
    let render: Renderer

    /// - Parameters:
    ///   - prefixes: Path prefixes whose errors this table renders, also for paths without a route.
    ///   - render: Renders any error: a handler's or a ``RoutingError``.
    package init(prefixes: [String], routes: [Route], render: @escaping Renderer) {
        self.prefixes = prefixes
        self.routes = routes
        self.render = render
    }
}

/// The reason why no route matched a request.
package enum RoutingError: Error, Equatable {
    case notFound
    /// The path exists for other methods, listed as in `Allow`.
    case methodNotAllowed(allow: String)
    /// The path is not valid percent-encoded UTF-8, or holds NUL.
    case malformedPath
    /// The query is not valid percent-encoded UTF-8, or holds NUL.
    case malformedQuery
}

/// A route in the routing tree. A class, so that a lookup copies one reference.
final class Endpoint: Sendable {
    let route: Route
    let parameterNames: [String]
    /// The indices of the path segments that hold their values.
    let parameterSegments: [Int]
    private let render: RouteTable.Renderer

    /// - Parameter segments: The segments of the route's pattern.
    init(_ route: Route, _ segments: some Collection<Substring>, _ render: @escaping RouteTable.Renderer) {
        let parameters = segments.enumerated().filter { $0.element.hasPrefix(":") }
        self.route = route
        parameterNames = parameters.map { String($0.element.dropFirst()) }
        parameterSegments = parameters.map(\.offset)
        self.render = render
    }

    /// Handles a request whose parameters are set.
    func handle(_ request: Request) -> HandlerResult {
        switch route.action {
        case .immediate(let handle):
            do { return .ready(try handle(request)) } catch { return .ready(render(error, request)) }
        case .waiting(let handle): return .awaited(handle, orElse: render)
        }
    }
}
