import Glibc

/// Dispatches requests to the routes of several tables, and renders errors with the table of the path's prefix.
package struct Router: Sendable {
    private let root = RouteNode()
    /// All routes, in the order of the tables.
    package let routes: [Route]
    private let prefixes: [(bytes: [UInt8], render: RouteTable.Renderer)]
    private let renderUnmatched: RouteTable.Renderer

    /// - Parameter renderUnmatched: Renders errors of paths outside the prefixes of every table.
    package init(_ tables: [RouteTable], renderUnmatched: @escaping RouteTable.Renderer) {
        self.renderUnmatched = renderUnmatched
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

    /// Handles a request with its route, or with 404, 405 or 400.
    @Sendable package func handle(_ request: Request) -> HandlerResult {
        guard let node = request.head.withPath(root.find) else {
            return .ready(rejectPath(request))
        }
        guard let endpoint = node.endpoint(for: request.method) else { return .ready(rejectMethod(node, request)) }
        if let query = request.head.rawQuery, !PercentEncoding.isValid(query: query) {
            return .ready(fail(.malformedQuery, request))
        }
        request.parameterNames = endpoint.parameterNames
        for segment in endpoint.parameterSegments {
            guard let text = PercentEncoding.decode(request.head.segment(segment)) else {
                return .ready(fail(.malformedPath, request))
            }
            request.parameters.append(text)
        }
        return endpoint.handle(request)
    }

    private func rejectPath(_ request: Request) -> Response {
        // OPTIONS * asks for what the whole server can do (RFC 9110, 9.3.7).
        guard request.head.rawPath.elementsEqual(CollectionOfOne(UInt8(ascii: "*"))) else {
            return fail(.notFound, request)
        }
        let methods = Method.allCases.filter { $0 != .trace }
        return Response(204).with("Allow", methods.map(\.rawValue).joined(separator: ", "))
    }

    private func rejectMethod(_ node: RouteNode, _ request: Request) -> Response {
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
        return renderUnmatched(error, request)
    }
}

/// A node of the routing tree: one path segment. A node has few children, so comparing bytes in turn beats hashing.
///
/// `@unchecked Sendable`: changed only in the router's initialiser.
final class RouteNode: @unchecked Sendable {
    private let segment: [UInt8]
    private var literals: [RouteNode] = []
    private var parameter: RouteNode?
    private(set) var endpoints: [Endpoint] = []

    /// - Parameter segment: The bytes that a literal node matches.
    init(_ segment: [UInt8] = []) {
        self.segment = segment
    }

    func insert(_ segments: ArraySlice<Substring>, _ endpoint: Endpoint) {
        guard let first = segments.first else {
            precondition(
                !endpoints.contains { $0.route.method == endpoint.route.method },
                "\(endpoint.route.method.rawValue) \(endpoint.route.pattern) is registered twice")
            endpoints.append(endpoint)
            return
        }
        child(first).insert(segments.dropFirst(), endpoint)
    }

    private func child(_ name: Substring) -> RouteNode {
        if name.hasPrefix(":") {
            let node = parameter ?? RouteNode()
            parameter = node
            return node
        }
        let segment = Array(name.utf8)
        if let node = literals.first(where: { $0.segment == segment }) { return node }
        let node = RouteNode(segment)
        literals.append(node)
        return node
    }

    /// Returns the node of a path.
    /// - Parameter path: The rest of the path: begins with a slash, or is empty at the end.
    func find(_ path: UnsafeRawBufferPointer) -> RouteNode? {
        guard let slash = path.first else { return endpoints.isEmpty ? nil : self }
        guard slash == UInt8(ascii: "/") else { return nil }
        let rest = path.dropping(1)
        let end = rest.offset(of: UInt8(ascii: "/")) ?? rest.count
        for node in literals where node.matches(rest, end) {
            if let found = node.find(rest.dropping(end)) { return found }
        }
        return end == 0 ? nil : parameter?.find(rest.dropping(end))
    }

    private func matches(_ path: UnsafeRawBufferPointer, _ count: Int) -> Bool {
        guard segment.count == count, let start = path.baseAddress else { return false }
        return memcmp(segment, start, count) == 0
    }

    /// Returns the endpoint of a method; GET's also serves HEAD.
    func endpoint(for method: Method) -> Endpoint? {
        for endpoint in endpoints where endpoint.route.method == method { return endpoint }
        return method == .head ? self.endpoint(for: .get) : nil
    }
}
