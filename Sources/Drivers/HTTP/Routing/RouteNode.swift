import Glibc

/// One segment of the tree of paths. Few children each, so that comparing bytes one after the other beats hashing.
///
/// `@unchecked Sendable`: changed only while its router is made.
final class RouteNode: @unchecked Sendable {
    private let segment: [UInt8]
    private var literals: [RouteNode] = []
    private var parameter: RouteNode?
    private(set) var endpoints: [Endpoint] = []

    /// - Parameter segment: What a literal node matches.
    init(_ segment: [UInt8] = []) {
        self.segment = segment
    }

    func insert(_ segments: ArraySlice<Substring>, _ endpoint: Endpoint) {
        guard let first = segments.first else {
            precondition(
                !endpoints.contains { $0.route.method == endpoint.route.method },
                "\(endpoint.route.method.rawValue) \(endpoint.route.pattern) is there twice")
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

    /// The node of a path.
    /// - Parameter path: Begins with a slash, or is empty at the end.
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

    /// The route of a method; that of GET answers HEAD too.
    func endpoint(for method: Method) -> Endpoint? {
        for endpoint in endpoints where endpoint.route.method == method { return endpoint }
        return method == .head ? self.endpoint(for: .get) : nil
    }
}
