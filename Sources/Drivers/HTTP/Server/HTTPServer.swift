package import Chassis
import Glibc

/// An HTTP/1.1 server (RFC 9112) on a set of event loops: one listening socket per loop and address, one handler per
/// loop.
package final class HTTPServer: Service {
    package let name = "http"
    private let addresses: [SocketAddress]
    private let servers: [ServerLoop]
    private let log: Log

    /// - Parameters:
    ///   - commonHeaders: Headers of every response. Values hold no line breaks.
    ///   - isProxy: Whether an address is that of a proxy, which sends the requests of many clients: its connections
    ///     are not counted against ``HTTPLimits/connectionsPerAddress``.
    package init(
        on loops: [(loop: EventLoop, handler: Handler)], listening addresses: [SocketAddress],
        limits: HTTPLimits = HTTPLimits(), commonHeaders: [(name: StaticString, value: String)] = [],
        metrics: ServerMetrics, log: Log, isProxy: @escaping @Sendable (String) -> Bool = { _ in false },
        onResponse: @escaping ResponseObserver = { _, _ in }
    ) {
        precondition(limits.headBytes <= UInt16.max, "offsets in a head have 16 bits")
        self.addresses = addresses
        self.log = log
        let peers = limits.connectionsPerAddress.map { PeerConnections(limit: $0) }
        servers = loops.map {
            ServerLoop(
                on: $0.loop, limits: limits, metrics: metrics, peers: peers, isProxy: isProxy,
                commonHeaders: commonHeaders, onResponse: onResponse, handler: $0.handler)
        }
    }

    /// - Throws: ``ListenError``.
    package func start() async throws {
        _ = try await listen()
    }

    /// Starts to listen, as ``start()`` does.
    /// - Returns: The bound addresses, with the ports that the kernel chose.
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

    /// Stops listening, completes the requests in progress and returns when every connection is closed.
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

/// Handles a request; called on the request's loop, which it must not block. It renders its errors itself, so it cannot
/// throw.
package typealias Handler = @Sendable (Request) -> HandlerResult

/// Observes every response of a handler before it is sent.
package typealias ResponseObserver = @Sendable (Request, Response) -> Void

/// The result of a handler: a response, or the task that makes it.
package enum HandlerResult: Sendable {
    /// A response that is ready without waiting; costs no task.
    case ready(Response)
    /// Makes the response in a task on the request's loop; `orElse` renders its error.
    case awaited(
        @Sendable (Request) async throws -> Response, orElse: @Sendable (any Error, Request) -> Response)
}

/// Limits of one connection; each bounds memory or time.
package struct HTTPLimits: Sendable {
    /// Bytes of a request head, at most 65,535; browsers and proxies stay below 8 KiB.
    package var headBytes = 16_384
    package var headFields = 64
    /// Seconds from the first byte of a head to its last, or for the first head of a connection from its begin (against
    /// slow-header attacks). However many bytes arrive, they extend nothing.
    package var headSeconds = 10
    /// Seconds that a keep-alive connection may be idle.
    package var idleSeconds = 75
    /// Seconds in which a client must send at least ``stallBytes`` of a body, or acknowledge as many of a response,
    /// until the last such period. A telephone on its slowest network sends five times as much.
    package var stallSeconds = 30
    package var stallBytes = 16_384
    /// Bytes of an unread request body that are read and discarded to keep the connection alive; a longer one closes
    /// it.
    package var discardBytes = 65_536
    /// Seconds that a half-closed connection is drained, so that a client that still sends can read the response.
    package var lingerSeconds = 5
    /// Seconds in which idle connections may still send a request while the server drains.
    package var drainGraceSeconds = 3
    /// Connections per loop; further ones are closed at once.
    package var connections = 15_000
    /// Connections of one client address on all loops together; further ones are refused with 429. Nil: no limit.
    package var connectionsPerAddress: Int?

    package init() {}
}
