package import Chassis
import Glibc

/// Serves `GET /metrics` in Prometheus' text format, and nothing else, on an address of its own.
///
/// The address is that of the first process; each further process on the machine takes the next free port. The socket
/// is opened without SO_REUSEPORT, so that two processes never share a port and its scrapes.
package final class MetricsListener: Service {
    package let name = "metrics"
    /// How many ports above the first are tried.
    package static let attempts = 64
    private let address: SocketAddress
    private let server: ServerLoop
    private let log: Log

    /// - Parameter text: Renders the metrics; called on the loop.
    package init(
        on loop: EventLoop, listening address: SocketAddress, log: Log, text: @escaping @Sendable () async -> String
    ) {
        self.address = address
        self.log = log
        var limits = HTTPLimits()
        limits.connections = 64
        let handler: Handler = { request in
            guard request.method == .get, request.path == "/metrics" else {
                return .ready(.text(404, "Only GET /metrics is served here.\n"))
            }
            return .awaited(
                { _ in .text(200, await text(), type: "text/plain; version=0.0.4; charset=utf-8") },
                orElse: { _, _ in .text(500, "The metrics could not be read.\n") })
        }
        // Scrapes are not counted among the requests that the process serves.
        server = ServerLoop(
            on: loop, limits: limits, metrics: ServerMetrics(Metrics()), commonHeaders: [], onResponse: { _, _ in },
            handler: handler)
    }

    /// - Throws: ``ListenError``.
    package func start() async throws {
        _ = try await listen()
    }

    /// Like ``start()``.
    /// - Returns: The address with the port that was free.
    package func listen() async throws -> SocketAddress {
        let (descriptor, bound) = try open()
        await server.loop.call { [server] in server.start(listening: [descriptor]) }
        log.info("metrics listening", ["address": .text(bound.description)])
        return bound
    }

    package func stop() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            server.loop.post { [server] in server.drain { continuation.resume() } }
        }
    }

    private func open() throws(ListenError) -> (descriptor: CInt, address: SocketAddress) {
        var candidate = address
        for _ in 0..<Self.attempts {
            do {
                return try candidate.listen(isShared: false)
            } catch  where error.code == EADDRINUSE && candidate.port < .max {
                candidate = SocketAddress(host: candidate.host, port: candidate.port + 1)
            } catch {
                throw ListenError(address: error.address, code: error.code, setting: "METRICS_LISTEN")
            }
        }
        throw ListenError(address: address.description, code: EADDRINUSE, setting: "METRICS_LISTEN")
    }
}
