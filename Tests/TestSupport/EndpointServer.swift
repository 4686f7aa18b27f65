import Chassis
import Glibc
import Synchronization

/// An HTTP service on loopback, in this process, that answers each request as the test says: the endpoint of a webhook
/// or of a browser's push service. Requests on one connection are answered one after the other.
package final class EndpointServer: Sendable {
    /// What the service does with a request.
    package enum Behaviour: Sendable, Equatable {
        /// Answers with a status, perhaps with header lines.
        case answer(Int, headers: [String] = [])
        /// Sends the head of a response, and a body that never ends.
        case endlessBody(Int)
        /// Sends a status line, and header lines without an end, one each 20 ms.
        case endlessHead
        /// Keeps the connection open, and sends nothing.
        case tarpit
        /// Resets the connection.
        case reset
    }

    private struct State {
        var paths: [String] = []
        var connections = 0
    }

    package let port: Int
    private let listener: SilentListener
    private let behaviour: @Sendable (String) -> Behaviour
    private let state = Mutex(State())
    private let isStopped = Atomic(false)

    /// - Parameter behaviour: Called with the path of each request, on a thread of the server.
    package init(_ behaviour: @escaping @Sendable (String) -> Behaviour) throws {
        listener = try SilentListener()
        port = listener.port
        self.behaviour = behaviour
        startThread(named: "endpoint") { [self] in serveConnections() }
    }

    /// An address of the service with a path.
    package func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The paths of all requests so far, in order.
    package var requests: [String] { state.withLock { $0.paths } }
    /// How many connections were opened so far.
    package var connections: Int { state.withLock { $0.connections } }

    /// Closes all connections; for the end of a test.
    package func stop() {
        isStopped.store(true, ordering: .relaxed)
        shutdown(listener.descriptor, CInt(SHUT_RDWR))
    }

    private func serveConnections() {
        while !isStopped.load(ordering: .relaxed) {
            let connection = accept(listener.descriptor, nil, nil)
            guard connection >= 0 else { break }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            state.withLock { $0.connections += 1 }
            startThread(named: "endpoint") { [self] in
                serve(connection)
                close(connection)
            }
        }
    }

    private func serve(_ connection: CInt) {
        var received: [UInt8] = []
        while let path = read(connection, &received) {
            state.withLock { $0.paths.append(path) }
            switch behaviour(path) {
            case .answer(let status, let headers):
                let lines = (["HTTP/1.1 \(status) Status", "Content-Length: 0"] + headers).map { $0 + "\r\n" }
                write(lines.joined() + "\r\n", to: connection)
            case .endlessBody(let status):
                write("HTTP/1.1 \(status) Status\r\nContent-Length: 1000000\r\n\r\nbegin", to: connection)
                return waitForEnd(connection)
            case .endlessHead:
                write("HTTP/1.1 200 Status\r\n", to: connection)
                while !isStopped.load(ordering: .relaxed), write("X-Wait: longer\r\n", to: connection) {
                    usleep(20_000)
                }
                return
            case .tarpit: return waitForEnd(connection)
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
                return
            }
        }
    }

    /// Reads one request, and returns its path; nil at the end of the connection.
    private func read(_ connection: CInt, _ received: inout [UInt8]) -> String? {
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                let length = head.lowercased().firstMatch(of: /content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
                if received.count >= end.upperBound + length {
                    received.removeFirst(end.upperBound + length)
                    return text.split(separator: " ").dropFirst().first.map(String.init)
                }
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            received += buffer.prefix(count)
        }
    }

    @discardableResult
    private func write(_ text: String, to connection: CInt) -> Bool {
        send(connection, text, text.utf8.count, CInt(MSG_NOSIGNAL)) == text.utf8.count
    }

    private func waitForEnd(_ connection: CInt) {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        while recv(connection, &buffer, buffer.count, 0) > 0 {}
    }
}
