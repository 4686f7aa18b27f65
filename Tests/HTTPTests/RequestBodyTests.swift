import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct RequestBodyTests {
    @Test func `discards a small unread body and keeps the connection`() async throws {
        try await withServer(respondImmediately) { server in
            let client = try server.client()
            let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
            for _ in 1...3 {
                try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(smuggled.utf8.count)\r\n\r\n")
                let response = try await client.response()
                #expect(!response.closes)
                try await client.send(smuggled)
            }
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().status == 200)
            client.socket.finishSending()
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test(arguments: ["Content-Length: 5000000", "Transfer-Encoding: chunked"])
    func `a client that sends a large body first can read its rejection`(framing: String) async throws {
        try await withServer { _ in
            .text(413, "too large")
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            var left = 5_000_000
            while left > 0 {
                let count = min(left, 100_000)
                left -= count
                let chunk = [UInt8](repeating: 65, count: count)
                let isChunked = framing.hasSuffix("chunked")
                try await client.send(
                    isChunked ? Array("\(String(count, radix: 16))\r\n".utf8) + chunk + [13, 10] : chunk)
            }
            let response = try await client.response()
            #expect(response.status == 413)
            #expect(response.closes)
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test func `streams 200 MB through`() async throws {
        let total = 200_000_000
        try await withServer { request in
            var count = 0
            var sum: UInt64 = 0
            do {
                while let piece = try await request.body.next() {
                    count += piece.count
                    sum &+= UInt64(piece[0]) &+ UInt64(piece[piece.count - 1])
                }
            } catch { return .text(500, "\(error)") }
            return .text(200, "\(count)")
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(total)\r\n\r\n")
            try await onOwnThread {
                let piece = [UInt8](repeating: 7, count: 1_000_000)
                for _ in 0..<(total / piece.count) { try client.socket.send(piece) }
            }
            #expect(try await client.response().text == "\(total)")
        }
    }

    @Test(arguments: ["Content-Length: 50000000", "Transfer-Encoding: chunked"])
    func `applies backpressure to a client whose body is not read`(framing: String) async throws {
        let mayRead = Signal<Void>()
        try await withServer { request in
            await mayRead.wait()
            var count = 0
            while let piece = try? await request.body.next() { count += piece.count }
            return .text(200, "\(count)")
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\r\n")
            let prefix = framing.hasSuffix("chunked") ? "2faf080\r\n" : ""
            try await client.send(prefix)
            let sent = Atomic<Int>(0)
            let end = framing.hasSuffix("chunked") ? "\r\n0\r\n\r\n" : ""
            async let sending: Void = onOwnThread {
                let piece = [UInt8](repeating: 65, count: 50_000)
                while sent.load(ordering: .relaxed) < 50_000_000 {
                    let left = 50_000_000 - sent.load(ordering: .relaxed)
                    sent.wrappingAdd(try client.socket.sendSome(piece[..<min(left, piece.count)]), ordering: .relaxed)
                }
                try client.socket.send(Array(end.utf8))
            }
            // The client is blocked when nothing moves any more.
            var before = -1
            while before != sent.load(ordering: .relaxed) {
                before = sent.load(ordering: .relaxed)
                await server.pause(.milliseconds(200))
            }
            // Sent bytes are in the kernel's buffers, up to 256 KiB and one read in the server's.
            #expect(before < 20_000_000)
            mayRead.give()
            #expect(try await client.response().text == "50000000")
            try await sending
        }
    }

    @Test func `delivers the chunks in order without extensions and trailers`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await client.send("1\r\na\r\n0002;name=value\r\nbc\r\nA\r\n0123456789\r\n")
            await server.hasReadEverything()
            try await client.send("0\r\nX-Trailer: a\r\nHost: b\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.responses(2).map(\.text) == ["POST / abc0123456789", "GET /next "])
        }
    }

    @Test func `cannot affect later requests when it is retained`() async throws {
        let kept = Mutex<RequestBody?>(nil)
        try await withServer { request in
            if request.path == "/keep" {
                kept.withLock { $0 = request.body }
                return Response(204)
            }
            let earlier = kept.withLock { $0 }
            do { _ = try await earlier?.next() } catch { return .text(200, "\(error)") }
            return .text(200, "read")
        } _: { server in
            let client = try server.client()
            try await client.send("POST /keep HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
            #expect(try await client.response().status == 204)
            try await client.send("hello")
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.response().text == "interrupted")
        }
    }
}
