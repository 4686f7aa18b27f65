/// Finds the route of a request in the tables of all surfaces, and renders errors as the surface of the path does.
package struct Router: Sendable {
    private let root = RouteNode()
    /// Everything it answers, in the order of its tables.
    package let routes: [Route]
    private let prefixes: [(bytes: [UInt8], render: RouteTable.Renderer)]
    private let renderElsewhere: RouteTable.Renderer

    /// - Parameter renderElsewhere: Renders errors for paths outside every surface.
    package init(_ tables: [RouteTable], renderElsewhere: @escaping RouteTable.Renderer) {
        self.renderElsewhere = renderElsewhere
        prefixes = tables.flatMap { table in table.prefixes.map { (Array($0.utf8), table.render) } }
            .sorted { $0.0.count > $1.0.count }
        routes = tables.flatMap(\.routes)
        for table in tables {
            for route in table.routes {
                let segments = route.pattern.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                root.insert(segments, Endpoint(route, segments, table.render))
            }
        }
    }

    /// Answers a request, or says what will.
    @Sendable package func reply(to request: Request) -> Reply {
        guard let node = request.head.withPath(root.find) else {
            return .ready(fail(.notFound, request))
        }
        guard let endpoint = node.endpoint(for: request.method) else { return .ready(refuseMethod(node, request)) }
        request.parameterNames = endpoint.parameterNames
        for segment in endpoint.parameterSegments {
            guard let text = PercentEncoding.decode(request.head.segment(segment)) else {
                return .ready(fail(.malformedPath, request))
            }
            request.parameters.append(text)
        }
        return endpoint.reply(to: request)
    }

    private func refuseMethod(_ node: RouteNode, _ request: Request) -> Response {
        var methods = node.endpoints.map(\.route.method)
        if methods.contains(.get) { methods.append(.head) }
        let allow = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
        if request.method == .options { return Response(204).with("Allow", allow) }
        return fail(.methodNotAllowed(allow: allow), request).with("Allow", allow)
    }

    private func fail(_ error: RoutingError, _ request: Request) -> Response {
        let path = request.head.rawPath
        for (prefix, render) in prefixes where path.starts(with: prefix) {
            let next = path.dropFirst(prefix.count).first
            if next == nil || next == UInt8(ascii: "/") { return render(error, request) }
        }
        return renderElsewhere(error, request)
    }
}
