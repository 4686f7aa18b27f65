package import Chassis
import Glibc

/// An HTTP/1.1 server on a set of event loops: one listening socket for each loop and address, one
/// handler for each loop.
package final class HTTPServer: Service {
    package let name = "http"
    private let addresses: [SocketAddress]
    private let servers: [ServerLoop]
    private let log: Log

    /// - Parameter commonHeaders: What every answer carries. Values hold no line breaks.
    package init(
        on loops: [(loop: EventLoop, handler: Handler)], listening addresses: [SocketAddress],
        limits: HTTPLimits = HTTPLimits(), commonHeaders: [(name: StaticString, value: String)] = [],
        metrics: ServerMetrics, log: Log,
        onAnswer: @escaping AnswerObserver = { _, _ in }
    ) {
        precondition(limits.headBytes <= UInt16.max, "places in a head are kept in 16 bits")
        self.addresses = addresses
        self.log = log
        servers = loops.map {
            ServerLoop(
                on: $0.loop, limits: limits, metrics: metrics, commonHeaders: commonHeaders, onAnswer: onAnswer,
                handler: $0.handler)
        }
    }

    /// - Throws: ``ListenError``.
    package func start() async throws {
        _ = try await listen()
    }

    /// Like ``start()``.
    /// - Returns: The addresses it listens on, with the ports that the system chose.
    package func listen() async throws -> [SocketAddress] {
        var bound = addresses
        var descriptors: [[CInt]] = Array(repeating: [], count: servers.count)
        for index in addresses.indices {
            for server in servers.indices {
                do {
                    let (descriptor, address) = try bound[index].listen()
                    descriptors[server].append(descriptor)
                    bound[index] = address
                } catch {
                    for descriptor in descriptors.joined() { close(descriptor) }
                    throw error
                }
            }
            log.info("listening", ["address": .text(bound[index].description)])
        }
        for (server, own) in zip(servers, descriptors) {
            await server.loop.call { server.start(listening: own) }
        }
        return bound
    }

    /// Stops listening, answers what has begun, and returns when every connection is closed.
    package func stop() async {
        await withTaskGroup { group in
            for server in servers {
                group.addTask {
                    await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                        server.loop.post { server.drain { continuation.resume() } }
                    }
                }
            }
        }
    }
}
