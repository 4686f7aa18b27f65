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
