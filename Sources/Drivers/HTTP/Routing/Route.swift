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

/// Why no route took a request.
package enum RoutingError: Error, Equatable {
    case notFound
    /// The path exists for other methods, listed as `Allow` has them.
    case methodNotAllowed(allow: String)
    /// The path is not valid percent-encoded UTF-8.
    case malformedPath
}

/// A route at its place in the tree of paths. A class, so that finding it copies one reference.
final class Endpoint: Sendable {
    let route: Route
    let parameterNames: [String]
    /// In which segments of the path their values are.
    let parameterSegments: [Int]
    private let render: RouteTable.Renderer

    /// - Parameter segments: Those of the route's pattern.
    init(_ route: Route, _ segments: some Collection<Substring>, _ render: @escaping RouteTable.Renderer) {
        let parameters = segments.enumerated().filter { $0.element.hasPrefix(":") }
        self.route = route
        parameterNames = parameters.map { String($0.element.dropFirst()) }
        parameterSegments = parameters.map(\.offset)
        self.render = render
    }

    /// Answers a request whose parameters are set, or says what will.
    func reply(to request: Request) -> Reply {
        switch route.action {
        case .immediate(let answer):
            do { return .ready(try answer(request)) } catch { return .ready(render(error, request)) }
        case .waiting(let answer): return .awaited(answer, orElse: render)
        }
    }
}
