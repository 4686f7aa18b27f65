import Chassis
import Glibc
import HTTP
import TestSupport

/// A server of one test, on a loop and a port of its own.
struct WebServer: Sendable {
    let port: Int
    let loop: EventLoop
    let metrics: Metrics
    let server: HTTPServer

    func client(receiveBuffer: Int? = nil) throws -> RawClient {
        try RawClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Returns when the loop has handled everything that was sent before the call: its second turn from now is a whole
    /// one.
    func hasReadEverything() async {
        for _ in 1...2 { await loop.call {} }
    }

    /// Returns when nobody can connect any more.
    func hasStoppedListening() async {
        while (try? client()) != nil { await pause(.milliseconds(5)) }
    }

    /// How many clients are connected.
    var openConnections: Int { value(of: "http_connections") }

    /// A number that the metrics show.
    func value(of name: String) -> Int {
        let line = metrics.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
        return line.flatMap { Double($0.dropFirst(name.utf8.count + 1)) }.map { Int($0) } ?? -1
    }

    /// Waits for something that no event tells.
    func pause(_ duration: Duration) async {
        await loop.spawn { [loop] in try? await loop.sleep(for: duration) }.value
    }

    /// What a connection of its own gets for these bytes until the server closes it.
    func everything(for bytes: [UInt8]) async throws -> String {
        let client = try client()
        try? await client.send(bytes)
        return String(decoding: try await client.readToEnd(), as: UTF8.self)
    }
}

/// Runs a body with a server of its own, whose answers are all waited for.
/// - Parameter loops: The port is that of all of them.
@discardableResult
func withServer<Value>(
    loops count: Int = 1, limits: HTTPLimits = limits { _ in },
    _ answer: @escaping AsyncAnswer, _ body: (WebServer) async throws -> Value
) async throws -> Value {
    try await withServer(loops: count, limits: limits, replying: awaiting(answer), body)
}

/// Runs a body with a server of its own.
@discardableResult
func withServer<Value>(
    loops count: Int = 1, limits: HTTPLimits = limits { _ in }, replying handler: @escaping Handler,
    commonHeaders: [(name: StaticString, value: String)] = [], onResponse: @escaping ResponseObserver = { _, _ in },
    _ body: (WebServer) async throws -> Value
) async throws -> Value {
    let loops = (0..<count).map { EventLoop(name: "http-\($0)") }
    for loop in loops { loop.start() }
    let metrics = Metrics()
    let server = HTTPServer(
        on: loops.map { ($0, handler) }, listening: [SocketAddress(host: "127.0.0.1", port: 0)], limits: limits,
        commonHeaders: commonHeaders, metrics: ServerMetrics(metrics), log: quiet, onResponse: onResponse)
    let addresses = try await server.listen()
    // Whether a server stops well is a test of its own; the others do not wait for it.
    defer {
        Task.detached {
            await server.stop()
            for loop in loops { loop.stop() }
        }
    }
    return try await body(
        WebServer(port: Int(addresses[0].port), loop: loops[0], metrics: metrics, server: server))
}

/// Limits that suit tests, with changes.
func limits(_ change: (inout HTTPLimits) -> Void) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.drainGraceSeconds = 0
    limits.lingerSeconds = 2
    change(&limits)
    return limits
}

/// A log that says nothing.
let quiet = Log(
    level: .error, format: .text, to: LogSink(descriptor: open("/dev/null", O_WRONLY | O_CLOEXEC)))
