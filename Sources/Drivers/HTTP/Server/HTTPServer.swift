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

/// Answers a request; called on the request's loop, which it must not block. Errors are answers too, so it cannot throw.
package typealias Handler = @Sendable (Request) -> Reply

/// Is told every answer that a handler gives, before it is sent.
package typealias AnswerObserver = @Sendable (Request, Response) -> Void

/// What a handler makes of a request.
package enum Reply: Sendable {
    /// The answer, when nothing had to be waited for: it costs no task.
    case ready(Response)
    /// What gives the answer when it is run as a task on the request's loop, and what makes an answer of its error.
    case awaited(
        @Sendable (Request) async throws -> Response, orElse: @Sendable (any Error, Request) -> Response)
}

/// What a client may ask of a connection. Every number is a bound on memory or time.
package struct HTTPLimits: Sendable {
    /// Bytes of a request line and its headers, at most 65,535; browsers and proxies stay below 8 KiB.
    package var headBytes = 16_384
    package var headFields = 64
    /// Seconds from the first byte of a head to its last, whatever trickles in between.
    package var headSeconds = 10
    /// Seconds that a kept-alive connection may say nothing.
    package var idleSeconds = 75
    /// Seconds in which at least ``stallBytes`` of a body must arrive, or some of an answer must be taken.
    package var stallSeconds = 30
    package var stallBytes = 4_096
    /// An unread body up to this is read and dropped, so that the connection can go on.
    package var discardBytes = 65_536
    /// Seconds that a connection is kept half open, so that a client that still sends can read why it should not.
    package var lingerSeconds = 5
    /// Seconds that idle connections may still send a request while the server drains.
    package var drainGraceSeconds = 3
    /// Connections per loop; more are closed at once.
    package var connections = 15_000

    package init() {}
}
