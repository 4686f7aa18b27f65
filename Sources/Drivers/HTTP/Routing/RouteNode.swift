/// One segment of the tree of paths. Few children each, so that comparing bytes one after the other beats hashing.
///
/// `@unchecked Sendable`: changed only while its router is made.
final class RouteNode: @unchecked Sendable {
    struct Endpoint: Sendable {
        let route: Route
        let parameterNames: [String]
        let table: Int
    }

    private var literals: [(segment: [UInt8], node: RouteNode)] = []
    private var parameter: RouteNode?
    private(set) var endpoints: [(method: Method, endpoint: Endpoint)] = []

    func insert(_ segments: ArraySlice<Substring>, _ endpoint: Endpoint) {
        guard let first = segments.first else {
            precondition(
                !endpoints.contains { $0.method == endpoint.route.method },
                "\(endpoint.route.method.rawValue) \(endpoint.route.pattern) is there twice")
            endpoints.append((endpoint.route.method, endpoint))
            return
        }
        if first.hasPrefix(":") {
            let node = parameter ?? RouteNode()
            parameter = node
            node.insert(segments.dropFirst(), endpoint)
            return
        }
        let segment = Array(first.utf8)
        if let index = literals.firstIndex(where: { $0.segment == segment }) {
            literals[index].node.insert(segments.dropFirst(), endpoint)
        } else {
            let node = RouteNode()
            node.insert(segments.dropFirst(), endpoint)
            literals.append((segment, node))
        }
    }

    /// The node of a path, and the raw segments that its parameters took.
    /// - Parameter path: Begins with a slash, or is empty at the end.
    func find(_ path: ArraySlice<UInt8>, _ values: inout [ArraySlice<UInt8>]) -> RouteNode? {
        guard let slash = path.first else { return endpoints.isEmpty ? nil : self }
        guard slash == UInt8(ascii: "/") else { return nil }
        let rest = path.dropFirst()
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let segment = rest[..<end]
        for literal in literals where literal.segment.count == segment.count && literal.segment.elementsEqual(segment) {
            if let found = literal.node.find(rest[end...], &values) { return found }
        }
        guard let node = parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = node.find(rest[end...], &values) { return found }
        values.removeLast()
        return nil
    }
}
