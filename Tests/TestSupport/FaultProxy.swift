import CLinux
import Chassis
import Glibc
import Synchronization

/// A proxy on 127.0.0.1 that forwards everything to another port, and injects faults on request.
package final class FaultProxy: Sendable {
    /// The system gave no socket.
    package struct Failure: Error {
        let code: CInt
    }

    private struct State {
        var isSilent = false
        var answersToLose = 0
        var connections: Set<CInt> = []
    }

    package let port: Int
    private let target: Int
    private let listener: CInt
    private let state = Mutex(State())

    /// Begins to listen.
    /// - Parameter target: The port where the connections end.
    package init(to target: Int) throws {
        self.target = target
        let silent = try SilentListener()
        port = silent.port
        // Shared: the listener that found the port goes with it.
        listener = dup(silent.descriptor)
        guard listener >= 0 else { throw Failure(code: errno) }
        startThread(named: "proxy") { self.accept() }
    }

    /// Holds or releases all traffic in both directions; connections stay open.
    package func beSilent(_ isSilent: Bool) {
        state.withLock { $0.isSilent = isSilent }
    }

    /// Resets every connection at once (RST).
    package func reset() {
        state.withLock { state in
            for descriptor in state.connections {
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
                shutdown(descriptor, CInt(SHUT_RDWR))
            }
        }
    }

    /// Drops the next pieces of answers, each with its connection: the commands have taken effect.
    package func loseAnswers(_ count: Int) {
        state.withLock { $0.answersToLose = count }
    }

    /// Accepts no more connections and ends the open ones.
    package func close() {
        shutdown(listener, CInt(SHUT_RDWR))
        reset()
    }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            if client < 0, errno == EINTR { continue }
            guard client >= 0 else { break }
            let server = connect()
            guard server >= 0 else {
                Glibc.close(client)
                continue
            }
            state.withLock { $0.connections.formUnion([client, server]) }
            let users = Users()
            for (from, to, isAnswer) in [(client, server, false), (server, client, true)] {
                startThread(named: "pump") {
                    self.pump(from, to, isAnswer)
                    if users.leave() { self.end(client, server) }
                }
            }
        }
        Glibc.close(listener)
    }

    private func connect() -> CInt {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(target).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status == 0 { return descriptor }
        Glibc.close(descriptor)
        return -1
    }

    private func pump(_ from: CInt, _ to: CInt, _ isAnswer: Bool) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            while state.withLock({ $0.isSilent && $0.connections.contains(from) }) { usleep(5_000) }
            if isAnswer, mustLose() { break }
            var sent = 0
            while sent < count {
                let more = buffer.withUnsafeBytes { bytes in
                    send(to, bytes.baseAddress.map { $0 + sent }, count - sent, CInt(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                sent += more
            }
            guard sent == count else { break }
        }
        shutdown(to, CInt(SHUT_RDWR))
    }

    private func mustLose() -> Bool {
        state.withLock { state in
            guard state.answersToLose > 0 else { return false }
            state.answersToLose -= 1
            return true
        }
    }

    private func end(_ client: CInt, _ server: CInt) {
        state.withLock { $0.connections.subtract([client, server]) }
        Glibc.close(client)
        Glibc.close(server)
    }

    /// The two threads of a connection: the last one closes it.
    private final class Users: Sendable {
        private let count = Atomic(2)
        func leave() -> Bool { count.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 }
    }
}
