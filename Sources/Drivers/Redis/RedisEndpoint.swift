/// Where a Redis server listens.
package enum RedisEndpoint: Sendable, Equatable, CustomStringConvertible {
    /// A name or a numeric address, IPv6 without brackets.
    case host(String, port: Int)
    /// A Unix socket in the file system.
    case socket(path: String)

    var isTCP: Bool { if case .host = self { true } else { false } }

    package var description: String {
        switch self {
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .socket(let path): path
        }
    }
}
