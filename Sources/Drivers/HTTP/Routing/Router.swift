/// Finds the route of a request in the tables of all surfaces, and renders errors as the surface of the path does.
package struct Router: Sendable {
    private let root = RouteNode()
    private var immediates: [(path: [UInt8], route: Route, table: Int)] = []
    private var tables: [RouteTable] = []
    private var prefixes: [(bytes: [UInt8], table: Int)] = []
    private let renderElsewhere: @Sendable (any Error, Request) -> Response

    /// - Parameter renderElsewhere: Renders errors for paths outside every surface.
    package init(_ tables: [RouteTable], renderElsewhere: @escaping @Sendable (any Error, Request) -> Response) {
        self.renderElsewhere = renderElsewhere
        self.tables = tables
        for (index, table) in tables.enumerated() {
            prefixes += table.prefixes.map { (Array($0.utf8), index) }
            for route in table.routes {
                let segments = route.pattern.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                let names = segments.filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
                root.insert(segments, .init(route: route, parameterNames: names, table: index))
                if route.answer != nil { immediates.append((Array(route.pattern.utf8), route, index)) }
            }
        }
        prefixes.sort { $0.bytes.count > $1.bytes.count }
    }

    /// Answers a request whose route never waits, without the task that others need; nil for all others.
    @Sendable package func answerImmediately(_ request: Request) -> Response? {
        let path = request.head.rawPath
        for (literal, route, table) in immediates
        where literal.count == path.count && route.method == request.method && literal.elementsEqual(path) {
            guard let answer = route.answer else { continue }
            do {
                return try answer(request)
            } catch {
                return tables[table].render(error, request)
            }
        }
        return nil
    }

    /// Answers a request; never throws.
    @Sendable package func handle(_ request: Request) async -> Response {
        var values: [ArraySlice<UInt8>] = []
        guard let node = root.find(request.head.rawPath, &values) else { return fail(RoutingError.notFound, request) }
        guard let endpoint = endpoint(of: node, for: request.method) else { return refuseMethod(node, request) }
        request.parameterNames = endpoint.parameterNames
        for value in values {
            guard let text = PercentEncoding.decode(value) else { return fail(RoutingError.malformedPath, request) }
            request.parameters.append(text)
        }
        do {
            return try await endpoint.route.handle(request)
        } catch {
            return tables[endpoint.table].render(error, request)
        }
    }

    private func endpoint(of node: RouteNode, for method: Method) -> RouteNode.Endpoint? {
        let endpoints = node.endpoints
        if let exact = endpoints.first(where: { $0.method == method }) { return exact.endpoint }
        return method == .head ? endpoints.first { $0.method == .get }?.endpoint : nil
    }

    private func refuseMethod(_ node: RouteNode, _ request: Request) -> Response {
        var methods = node.endpoints.map(\.method)
        if methods.contains(.get) { methods.append(.head) }
        let allow = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
        if request.method == .options { return Response(204).with("Allow", allow) }
        return fail(RoutingError.methodNotAllowed(allow: allow), request).with("Allow", allow)
    }

    private func fail(_ error: RoutingError, _ request: Request) -> Response {
        let path = request.head.rawPath
        for (prefix, table) in prefixes where path.starts(with: prefix) {
            let next = path.dropFirst(prefix.count).first
            if next == nil || next == UInt8(ascii: "/") { return tables[table].render(error, request) }
        }
        return renderElsewhere(error, request)
    }
}
