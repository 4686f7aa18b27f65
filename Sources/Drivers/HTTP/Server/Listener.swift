internal import CLinux
import Chassis
import Glibc

/// Accepts connections for one loop. Each loop has its own listening socket on the same address (SO_REUSEPORT), so the
/// kernel spreads clients and loops share nothing.
final class Listener: EventHandler {
    private let descriptor: CInt
    private unowned let server: ServerLoop

    init(_ descriptor: CInt, _ server: ServerLoop) {
        self.descriptor = descriptor
        self.server = server
    }

    func open() {
        server.loop.add(descriptor, self, for: .readable)
    }

    /// Takes the backlog first: closing a listening socket resets the connections that wait in it.
    func close() {
        handle(.readable)
        server.loop.remove(descriptor)
        Glibc.close(descriptor)
    }

    func handle(_ events: EventSet) {
        for _ in 0..<64 {
            var address = sockaddr_storage()
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { clinux_accept(descriptor, $0, &size) }
            }
            guard accepted >= 0 else { return }
            var on: CInt = 1
            setsockopt(accepted, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
            server.accept(accepted, from: SocketAddress.host(of: &address))
        }
    }
}
