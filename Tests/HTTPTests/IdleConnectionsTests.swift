import Chassis
import Foundation
import Glibc
import HTTP
import TestSupport
import Testing

/// A measurement, which other tests would disturb: `MEASURE_IDLE=1 make test ARGS="--filter IdleConnections"`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MEASURE_IDLE"] != nil))
struct IdleConnectionsTests {
    @Test func `needs less than a kilobyte for each of thousands of idle connections`() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // Both ends of a connection are in this process.
        let count = min(10_000, Int(limit.rlim_cur - 500) / 2)
        try await withServer(respondImmediately) { server in
            server.metrics.addProcessMetrics()
            let before = server.value(of: "process_resident_memory_bytes")
            let clients = try await onOwnThread {
                try (0..<count).map { _ in
                    let socket = try BlockingSocket(port: server.port)
                    try socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
                    _ = try socket.receive(limit: 1_000)
                    return socket
                }
            }
            #expect(server.openConnections == clients.count)
            let bytes = (server.value(of: "process_resident_memory_bytes") - before) / clients.count
            print("\(bytes) bytes for each idle connection, the test's own client included")
            #expect(bytes < 1_024)
        }
    }
}
