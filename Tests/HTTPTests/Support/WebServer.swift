import Chassis
import Glibc
import HTTP
import TestSupport

/// An HTTP server for one test, with its own loop and port.
struct WebServer: Sendable {
    let port: Int
    let loop: EventLoop
    let metrics: Metrics
    let server: HTTPServer

    func client(receiveBuffer: Int? = nil) throws -> RawClient {
        try RawClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Returns when the loop has handled all input that had arrived before the call: the second turn from now is
    /// complete. What a client has sent may still be on its way; where that matters, wait for what the server does with
    /// its beginning first.
    func hasReadEverything() async {
        for _ in 1...2 { await loop.call {} }
    }

    /// Returns when the server refuses connections.
    func hasStoppedListening() async {
        while (try? client()) != nil { await pause(.milliseconds(5)) }
    }

    /// The number of open connections.
    var openConnections: Int { value(of: "http_connections") }

    /// Returns the value of a metric.
    func value(of name: String) -> Int {
        let line = metrics.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }.map { Int($0) } ?? -1
    }

    /// Waits when there is no event to wait for.
    func pause(_ duration: Duration) async {
        await loop.spawn { [loop] in try? await loop.sleep(for: duration) }.value
    }

    /// Sends bytes on a new connection and returns all output until the server closes it.
    func everything(for bytes: [UInt8]) async throws -> String {
        let client = try client()
        try? await client.send(bytes)
        return String(decoding: try await client.readToEnd(), as: UTF8.self)
    }
}

/// Runs a body with its own server, whose handler is asynchronous.
/// - Parameter loops: The number of loops, which share one port.
@discardableResult
func withServer<Value>(
    loops count: Int = 1, limits: HTTPLimits = limits { _ in },
    proxies: Set<String> = [],
    _ response: @escaping AsyncHandler, _ body: (WebServer) async throws -> Value
) async throws -> Value {
    try await withServer(loops: count, limits: limits, proxies: proxies, replying: awaiting(response), body)
}

/// Runs a body with its own server.
@discardableResult
func withServer<Value>(
    loops count: Int = 1, limits: HTTPLimits = limits { _ in },
    proxies: Set<String> = [], replying handler: @escaping Handler,
    commonHeaders: [(name: StaticString, value: String)] = [], onResponse: @escaping ResponseObserver = { _, _ in },
    _ body: (WebServer) async throws -> Value
) async throws -> Value {
    let loops = (0..<count).map { EventLoop(name: "http-\($0)") }
    for loop in loops { loop.start() }
    let metrics = Metrics()
    let server = HTTPServer(
        on: loops.map { ($0, handler) }, listening: [SocketAddress(host: "127.0.0.1", port: 0)], limits: limits,
        commonHeaders: commonHeaders, metrics: ServerMetrics(metrics), log: quiet, isProxy: { proxies.contains($0) },
        onResponse: onResponse)
    let addresses = try await server.listen()
    // DrainTests test the stop; other tests do not wait for it.
    defer {
        Task.detached {
            await server.stop()
            for loop in loops { loop.stop() }
        }
    }
    return try await body(
        WebServer(port: Int(addresses[0].port), loop: loops[0], metrics: metrics, server: server))
}

/// Returns limits for tests, with changes.
func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.drainGraceSeconds = 0
    limits.lingerSeconds = 2
    change(&limits)
    return limits
}

/// A log that discards its lines.
let quiet = Log(
    level: .error, format: .text, to: LogSink(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC)))
