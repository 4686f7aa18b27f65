import HTTP
import TestSupport
import Testing

@Suite struct LimitTests {
    private func status(_ bytes: String, _ limits: HTTPLimits = limits { _ in }) async throws -> Int {
        try await withServer(limits: limits, echo) { server in
            let client = try server.client()
            try? await client.send(bytes)
            return try await client.response().status
        }
    }

    @Test func `refuses a head that is too long with 431`() async throws {
        let value = String(repeating: "a", count: 20_000)
        #expect(try await status("GET / HTTP/1.1\r\nHost: a\r\nX: \(value)\r\n\r\n") == 431)
        #expect(try await status("GET /\(value) HTTP/1.1\r\nHost: a\r\n\r\n") == 431)
        #expect(try await status("GET /\(value)") == 431)
        #expect(try await status("GET / HTTP/1.1\r\nHost: a\r\nX: \(value.prefix(16_000))\r\n\r\n") == 200)
    }

    @Test func `limits a head that arrives in parts as a whole`() async throws {
        try await withServer(limits: limits { $0.headBytes = 1_000 }, echo) { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 900))
            await server.hasReadEverything()
            try await client.send(String(repeating: "a", count: 90) + "\r\n\r\n")
            #expect(try await client.response().status == 431)
        }
    }

    @Test func `refuses more headers than allowed with 431`() async throws {
        let limits = limits { $0.headFields = 10 }
        let nine = String(repeating: "X: a\r\n", count: 9)
        #expect(try await status("GET / HTTP/1.1\r\nHost: a\r\n\(nine)\r\n", limits) == 200)
        #expect(try await status("GET / HTTP/1.1\r\nHost: a\r\n\(nine)X: a\r\n\r\n", limits) == 431)
    }

    @Test func `fails a body that is too large, before reading it if Content-Length exceeds the limit`() async throws {
        try await withServer { request in
            do {
                return .text(200, "\(try await request.body.collect(limit: 10).count)")
            } catch {
                return .text(413, "\(error)")
            }
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789")
            #expect(try await client.response().text == "10")
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n")
            #expect(try await client.response().text == "tooLarge(limit: 10)")
            try await client.send("01234567890")
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await client.send("6\r\n012345\r\n5\r\n01234\r\n0\r\n\r\n")
            #expect(try await client.response().status == 413)
        }
    }

    @Test func `handles the largest Content-Length`() async throws {
        #expect(try await status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n") == 413)
    }
}
