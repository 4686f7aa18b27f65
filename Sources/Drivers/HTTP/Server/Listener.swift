internal import CLinux
import Chassis
import Glibc

/// Accepts the connections of one loop. Each loop has its own listening socket on the same address (SO_REUSEPORT), so
/// the kernel distributes clients and loops share nothing.
final class Listener: EventHandler {
    private let descriptor: CInt
    private let server: ServerLoop
    private var isOpen = true

    init(_ descriptor: CInt, _ server: ServerLoop) {
        self.descriptor = descriptor
        self.server = server
    }

    func open() {
        server.loop.add(descriptor, self, for: .readable)
    }

    /// Stops to listen. Accepts the backlog first: closing a listening socket resets the connections in it.
    func close() {
        while acceptOne() {}
        isOpen = false
        server.loop.remove(descriptor)
        Glibc.close(descriptor)
    }

    func handle(_ events: EventSet) {
        for _ in 0..<64 {
            guard acceptOne() else { return }
        }
    }

    /// - Returns: Whether the backlog may hold further connections.
    private func acceptOne() -> Bool {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let accepted = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { clinux_accept(descriptor, $0, &size) }
        }
        guard accepted < 0 else {
            server.accept(accepted, from: &address)
            return true
        }
        switch errno {
        case ECONNABORTED, EINTR: return true
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: pause()
        default: break
        }
        return false
    }

    /// Stops accepting for 100 ms. When descriptors are exhausted the socket stays readable, and polling it would keep
    /// the loop busy.
    private func pause() {
        server.loop.update(descriptor, for: [])
        server.loop.schedule(after: .milliseconds(100)) { [self] in
            if isOpen { server.loop.update(descriptor, for: .readable) }
        }
    }
}
