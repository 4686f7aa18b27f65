internal import CLinux
import Chassis
import Glibc

extension SocketAddress {
    /// The numeric host of a peer; an IPv4-mapped IPv6 address is shown as IPv4.
    static func host(of storage: inout sockaddr_storage) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        withUnsafePointer(to: &storage) { pointer in
            if pointer.pointee.ss_family == sa_family_t(AF_INET6) {
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                    var address = six.pointee.sin6_addr
                    _ = inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
                }
            } else {
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                    var address = four.pointee.sin_addr
                    _ = inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
                }
            }
        }
        let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return host.hasPrefix("::ffff:") ? String(host.dropFirst(7)) : host
    }

    /// Opens a listening socket on this address.
    /// - Parameter isShared: Whether several sockets may listen on the port (SO_REUSEPORT), one per loop.
    /// - Returns: The descriptor, and the address with the port that the kernel chose.
    func listen(isShared: Bool = true) throws(ListenError) -> (descriptor: CInt, address: SocketAddress) {
        let isSix = host.contains(":")
        let descriptor = socket(
            isSix ? AF_INET6 : AF_INET,
            CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw ListenError(address: description, code: errno) }
        var on: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
        if isShared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, socklen_t(MemoryLayout<CInt>.size)) }
        // Accepted sockets inherit these two.
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
        var unsent = Self.unsentInKernel
        setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &unsent, socklen_t(MemoryLayout<CInt>.size))
        guard bind(descriptor, isSix) == 0, Glibc.listen(descriptor, 4096) == 0 else {
            let code = errno
            close(descriptor)
            throw ListenError(address: description, code: code)
        }
        return (descriptor, SocketAddress(host: host, port: boundPort(descriptor)))
    }

    /// Bytes that the kernel takes from a connection beyond what is on the wire: more gains no throughput, and costs
    /// memory of the kernel for each slow client. [Measured on loopback, 5 GB to a client that reads as fast as it can:
    /// 0.5 s of CPU, and 0.7 with the 4 MB that the kernel takes otherwise.]
    private static let unsentInKernel: CInt = 1 << 20

    private func bind(_ descriptor: CInt, _ isSix: Bool) -> CInt {
        if isSix {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            inet_pton(AF_INET6, host, &address.sin6_addr)
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// The port to which a socket is bound. It has the same offset in both address families.
    private func boundPort(_ descriptor: CInt) -> UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &size) }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
    }
}

/// A failure to listen on an address; the description says what to do.
package struct ListenError: Error, CustomStringConvertible {
    let address: String
    let code: CInt
    /// The environment variable that holds the address.
    var setting = "LISTEN"

    package var description: String {
        let hint =
            code == EADDRINUSE ? "another process uses it: stop that one or change \(setting)" : "change \(setting)"
        return "cannot listen on \(address): \(String(cString: strerror(code))); \(hint)"
    }
}
