import Chassis
import Glibc

/// The address of a Redis server.
package enum RedisEndpoint: Sendable, Equatable, CustomStringConvertible {
    /// A host name or numeric address, IPv6 without brackets.
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

/// Resolves host names.
enum HostAddresses {
    /// Resolves a host name on its own thread; a numeric address is returned as it is.
    /// - Parameter then: Called on the loop, immediately or later; an empty list means that the host is unknown.
    static func find(_ host: String, on loop: EventLoop, _ then: @escaping ([String]) -> Void) {
        if isNumeric(host) {
            then([host])
            return
        }
        let then = LoopBound(then, on: loop)
        startThread(named: "resolver") {
            let addresses = resolve(host)
            loop.post { then.value(addresses) }
        }
    }

    private static func isNumeric(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }

    private static func resolve(_ host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
            entry.flatMap { numericText(of: $0.pointee) }
        }
    }

    private static func numericText(of address: addrinfo) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
            let status = getnameinfo(
                address.ai_addr, address.ai_addrlen, text.baseAddress, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            return status == 0 ? text.baseAddress.map { String(cString: $0) } : nil
        }
    }
}

/// Sets TCP_NODELAY, and keep-alive that detects a dead peer within 30 s on an idle connection.
func setSocketOptions(of descriptor: CInt) {
    let options = [
        (SOL_SOCKET, SO_KEEPALIVE, 1), (CInt(IPPROTO_TCP), TCP_NODELAY, 1), (CInt(IPPROTO_TCP), TCP_KEEPIDLE, 15),
        (CInt(IPPROTO_TCP), TCP_KEEPINTVL, 5), (CInt(IPPROTO_TCP), TCP_KEEPCNT, 3),
    ]
    for (level, option, value) in options {
        var value = CInt(value)
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
