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
        /// Of the requests of all connections together.
        var requestBytes = 0
        var cuts: [Int] = []
        var silentAt = Int.max
        var target: Int
        var connections: Set<CInt> = []
    }

    package let port: Int
    private let listener: CInt
    private let state: Mutex<State>

    /// Begins to listen.
    /// - Parameter target: The port where the connections end.
    package init(to target: Int) throws {
        state = Mutex(State(target: target))
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

    /// Forwards connections that begin from now on to another port.
    package func forward(to port: Int) {
        state.withLock { $0.target = port }
    }

    /// Holds all traffic as soon as the requests, counted from now over all connections, have this number of bytes.
    package func beSilent(afterRequestBytes count: Int) {
        state.withLock { state in
            state.requestBytes = 0
            state.silentAt = count
        }
    }

    package var isSilent: Bool { state.withLock { $0.isSilent } }

    /// How many bytes of requests came since ``beSilent(afterRequestBytes:)`` or ``cutRequests(at:)``.
    package var requestBytes: Int { state.withLock { $0.requestBytes } }

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

    /// Resets the connection that carries a byte of the requests, counted from now over all connections, before it
    /// forwards that byte; once for each number.
    package func cutRequests(at bytes: [Int]) {
        state.withLock { state in
            state.requestBytes = 0
            state.cuts = bytes.sorted()
        }
    }

    /// How many of the cuts have not come yet.
    package var cutsToCome: Int { state.withLock { $0.cuts.count } }

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
        address.sin_port = UInt16(state.withLock { $0.target }).bigEndian
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
            let allowed = isAnswer ? count : countBeforeCut(count)
            var sent = 0
            while sent < allowed {
                let more = buffer.withUnsafeBytes { bytes in
                    send(to, bytes.baseAddress.map { $0 + sent }, allowed - sent, CInt(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                sent += more
            }
            guard sent == count else {
                shutdown(from, CInt(SHUT_RDWR))
                break
            }
        }
        shutdown(to, CInt(SHUT_RDWR))
    }

    /// Counts bytes of requests, and returns how many of them come before the next cut.
    private func countBeforeCut(_ count: Int) -> Int {
        state.withLock { state in
            let before = state.requestBytes
            state.requestBytes += count
            if state.requestBytes >= state.silentAt {
                state.silentAt = .max
                state.isSilent = true
            }
            guard let cut = state.cuts.first, cut < state.requestBytes else { return count }
            state.cuts.removeFirst()
            return max(0, cut - before)
        }
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
