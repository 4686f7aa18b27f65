import Chassis
import Glibc

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
