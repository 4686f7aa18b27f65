import Chassis
import HTTP
import TestSupport
import Testing

/// Deadlines are in whole seconds and fire up to 1.5 s late.
@Suite struct DeadlineTests {
    /// Returns when the server closes a connection, relative to a moment, and what it sends before.
    private func end(of client: RawClient, since start: UInt64) async throws -> (text: String, seconds: Double) {
        let bytes = (try? await client.readToEnd()) ?? []
        return (String(decoding: bytes, as: UTF8.self), Double(monotonicNanoseconds() - start) / 1e9)
    }

    @Test func `closes a connection whose head trickles`() async throws {
        try await withServer(limits: limits { $0.headSeconds = 2 }, echo) { server in
            let start = monotonicNanoseconds()
            let client = try server.client()
            let trickle = Task {
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
                while true {
                    try await client.send("a")
                    await server.pause(.milliseconds(50))
                }
            }
            let end = try await end(of: client, since: start)
            trickle.cancel()
            #expect(end.text.hasPrefix("HTTP/1.1 408 "))
            #expect((1.9...8).contains(end.seconds))
        }
    }

    @Test func `gives the first head its time from the begin of the connection`() async throws {
        try await withServer(limits: limits { $0.headSeconds = 3 }, echo) { server in
            let start = monotonicNanoseconds()
            let client = try server.client()
            await server.pause(.milliseconds(2_800))
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            let end = try await end(of: client, since: start)
            #expect(end.text.hasPrefix("HTTP/1.1 408 "))
            #expect((2.9...5.6).contains(end.seconds))
        }
    }

    @Test func `closes the descriptor of a head that trickles on after its end`() async throws {
        try await withServer(limits: limits { $0.headSeconds = 1 }, echo) { server in
            let client = try server.client()
            let start = monotonicNanoseconds()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
            while server.openConnections > 0 {
                try? await client.send("a")
                await server.pause(.milliseconds(50))
                try #require(monotonicNanoseconds() - start < 10_000_000_000)
            }
            #expect(monotonicNanoseconds() - start < 5_000_000_000)
        }
    }

    @Test func `closes the descriptor of a refused client that trickles on`() async throws {
        let limits = limits {
            $0.lingerSeconds = 1
            $0.stallSeconds = 20
        }
        try await withServer(limits: limits, echo) { server in
            let client = try server.client()
            let start = monotonicNanoseconds()
            try await client.send("nonsense\r\n\r\n")
            while server.openConnections > 0 {
                try? await client.send("a")
                await server.pause(.milliseconds(50))
                try #require(monotonicNanoseconds() - start < 15_000_000_000)
            }
            #expect(monotonicNanoseconds() - start < 8_000_000_000)
        }
    }

    @Test func `closes a connection that sends nothing`() async throws {
        try await withServer(limits: limits { $0.headSeconds = 1 }, echo) { server in
            let start = monotonicNanoseconds()
            let end = try await end(of: server.client(), since: start)
            #expect(end.text.isEmpty)
            #expect((0.9...8).contains(end.seconds))
        }
    }

    @Test func `closes a keep-alive connection after the idle timeout`() async throws {
        try await withServer(limits: limits { $0.idleSeconds = 1 }, echo) { server in
            let start = monotonicNanoseconds()
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await client.response()
            let end = try await end(of: client, since: start)
            #expect(end.text.isEmpty)
            #expect((0.9...8).contains(end.seconds))
        }
    }

    @Test func `sets no deadline while a handler runs`() async throws {
        let short = limits {
            $0.headSeconds = 1
            $0.idleSeconds = 1
            $0.stallSeconds = 1
        }
        try await withServer(limits: short) { request in
            try? await request.loop.sleep(for: .seconds(3))
            return await echo(request)
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
            #expect(try await client.response().text == "POST / hi")
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.response().status == 100)
            try await client.send("hi")
            #expect(try await client.response().text == "POST / hi")
        }
    }

    @Test(arguments: ["Content-Length: 100000", "Transfer-Encoding: chunked"])
    func `closes a body that stalls`(framing: String) async throws {
        let outcome = Signal<String>()
        try await withServer(limits: limits { $0.stallSeconds = 1 }) { request in
            do { _ = try await request.body.collect(limit: 1 << 20) } catch { outcome.give("\(error)") }
            return Response(204)
        } _: { server in
            let start = monotonicNanoseconds()
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n5\r\nhello\r\n")
            let end = try await end(of: client, since: start)
            #expect(end.text.isEmpty)
            #expect((0.9...8).contains(end.seconds))
            #expect(await outcome.wait() == "interrupted")
        }
    }

    @Test(arguments: ["Content-Length: 100000", "Transfer-Encoding: chunked"])
    func `closes a body that trickles`(framing: String) async throws {
        let outcome = Signal<String>()
        let slow = limits {
            $0.stallSeconds = 1
            $0.stallBytes = 1_000
        }
        try await withServer(limits: slow) { request in
            do { _ = try await request.body.collect(limit: 1 << 20) } catch { outcome.give("\(error)") }
            return Response(204)
        } _: { server in
            let client = try server.client()
            let start = monotonicNanoseconds()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            while server.openConnections > 0 {
                try? await client.send("1\r\na\r\n")
                await server.pause(.milliseconds(50))
                try #require(monotonicNanoseconds() - start < 10_000_000_000)
            }
            #expect(await outcome.wait() == "interrupted")
        }
    }

    @Test func `lets a telephone on its slowest network send and read`() {
        let limits = HTTPLimits()
        // GPRS sends 20 kbit/s and more.
        #expect(limits.stallBytes / limits.stallSeconds <= 20_000 / 8 / 4)
        #expect(limits.stallBytes / limits.stallSeconds >= 500)
    }

    @Test(arguments: [(1, false), (40, true)])
    func `closes a connection whose client reads its response too slowly`(kilobytes: Int, isKept: Bool) async throws {
        let slow = limits {
            $0.stallSeconds = 2
            $0.stallBytes = 100_000
        }
        try await withServer(limits: slow) { _ in
            .json(200, [UInt8](repeating: 65, count: 40_000_000))
        } _: { server in
            let client = try server.client(receiveBuffer: 65_536)
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            let start = monotonicNanoseconds()
            var isOpen = true
            while isOpen, monotonicNanoseconds() - start < 9_000_000_000 {
                try? await onOwnThread { _ = try client.socket.receive(limit: kilobytes * 1_024) }
                await server.pause(.milliseconds(100))
                isOpen = server.openConnections == 1
            }
            #expect(isOpen == isKept)
        }
    }

    @Test func `keeps a body that is slow but not too slow`() async throws {
        let slow = limits {
            $0.stallSeconds = 2
            $0.stallBytes = 10
        }
        try await withServer(limits: slow, echo) { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n")
            for _ in 0..<50 {
                try await client.send("0123456789")
                await server.pause(.milliseconds(100))
            }
            #expect(try await client.response().status == 200)
        }
    }

    @Test func `closes a connection whose client does not read its response`() async throws {
        let gone = Signal<Void>()
        try await withServer(limits: limits { $0.stallSeconds = 1 }) { request in
            if request.path == "/stream" {
                return Response(
                    200,
                    body: .stream(type: "text/plain") { writer in
                        do {
                            while true { try await writer.write([UInt8](repeating: 65, count: 60_000)) }
                        } catch { gone.give() }
                    })
            }
            return .json(200, [UInt8](repeating: 65, count: 40_000_000))
        } _: { server in
            for path in ["/stream", "/whole"] {
                let client = try server.client(receiveBuffer: 65_536)
                try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
                let start = monotonicNanoseconds()
                while server.openConnections > 0 || monotonicNanoseconds() - start < 500_000_000 {
                    await server.pause(.milliseconds(100))
                    try #require(monotonicNanoseconds() - start < 10_000_000_000)
                }
            }
            await gone.wait()
        }
    }

    @Test func `serves others while a thousand clients trickle their heads`() async throws {
        try await withServer(limits: limits { $0.headSeconds = 30 }, echo) { server in
            let slow = try await onOwnThread {
                try (0..<1_000).map { _ in
                    let socket = try BlockingSocket(port: server.port)
                    try socket.send(Array("GET / HTTP/1.1\r\nHost: a\r\n".utf8))
                    return socket
                }
            }
            let client = try server.client()
            var slowest = 0.0
            for index in 0..<200 {
                for socket in slow[index * 5..<index * 5 + 5] { try socket.send([65]) }
                let start = monotonicNanoseconds()
                try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await client.response().status == 200)
                slowest = max(slowest, Double(monotonicNanoseconds() - start) / 1e9)
            }
            #expect(slowest < 1)
        }
    }
}
