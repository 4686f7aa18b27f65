import Chassis
import Glibc

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

/// The numeric addresses of a host name.
enum HostAddresses {
    /// Asks the resolver on a thread of its own; a numeric address is answered without.
    /// The answer is given on the loop, at once or later; an empty list means that there is no such host.
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

/// What every TCP connection to Redis gets: no waiting for more to send, and a dead peer is noticed within 30 s even
/// when nothing is sent.
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
