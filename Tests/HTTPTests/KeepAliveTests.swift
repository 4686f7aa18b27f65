import Chassis
import HTTP
import TestSupport
import Testing

@Suite struct KeepAliveTests {
    @Test func `serves many requests on one connection`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            for number in 1...20 {
                try await client.send("POST /\(number) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.text == "POST /\(number) hi")
                #expect(!response.closes)
            }
        }
    }

    @Test func `gives every request its own id`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 10))
            let ids = Set(try await client.responses(10).compactMap { $0.header("x-request-id") })
            #expect(ids.count == 10)
            #expect(ids.allSatisfy { $0.utf8.count == 16 })
        }
    }

    @Test func `sends the date, the length and nothing about the software`() async throws {
        try await withServer(respondImmediately) { server in
            let response = try await HTTPTestClient(port: server.port).get("/")
            #expect(response.header("date")?.hasSuffix(" GMT") == true)
            #expect(response.header("content-length") == "4")
            #expect(response.header("server") == nil)
        }
    }

    @Test func `serves a thousand pipelined requests in order`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            let requests = (0..<1_000).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
            async let sent: Void = client.send(requests)
            let responses = try await client.responses(1_000)
            try await sent
            #expect(responses.map(\.text) == (0..<1_000).map { "GET /\($0) " })
        }
    }

    @Test func `serves a thousand pipelined requests in order when handlers wait`() async throws {
        try await withServer { request in
            if request.path.hasSuffix("7") { try? await request.loop.sleep(for: .milliseconds(1)) }
            return await echo(request)
        } _: { server in
            let client = try server.client()
            let requests = (0..<1_000).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx" }.joined()
            async let sent: Void = client.send(requests)
            let responses = try await client.responses(1_000)
            try await sent
            #expect(responses.map(\.text) == (0..<1_000).map { "POST /\($0) x" })
        }
    }

    @Test func `reads a request that is split at any byte`() async throws {
        try await withServer(echo) { server in
            let request = Array("POST /path?q=1 HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nContent-Length: 5\r\n\r\nhello".utf8)
            let client = try server.client()
            for end in 1..<request.count {
                try await client.send(Array(request[..<end]))
                await server.hasReadEverything()
                try await client.send(Array(request[end...]))
                #expect(try await client.response().text == "POST /path hello", "split at \(end)")
            }
        }
    }

    @Test func `reads requests that arrive byte by byte`() async throws {
        try await withServer(echo) { server in
            let request =
                "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nT: 1\r\n\r\n"
            let client = try server.client()
            for byte in Array((request + request).utf8) {
                try await client.send([byte])
                await server.hasReadEverything()
            }
            #expect(try await client.responses(2).map(\.text) == ["POST /a hi", "POST /a hi"])
        }
    }

    @Test func `closes after a response in HTTP 1.0 without keep-alive`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let kept = try await client.response()
            #expect(kept.header("connection") == "keep-alive")
            try await client.send("GET /2 HTTP/1.0\r\n\r\n")
            let last = try await client.response()
            #expect(last.text == "GET /2 ")
            #expect(last.closes)
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test func `closes after Connection: close, ignoring further input`() async throws {
        try await withServer(echo) { server in
            let text = try await server.everything(
                for: Array(
                    "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            #expect(text.contains("GET /1 "))
            #expect(!text.contains("GET /2 "))
            #expect(text.contains("Connection: close"))
        }
    }

    @Test func `responds to HEAD with the length and without the body`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send("HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            let head = try await client.response(hasBody: false)
            #expect(head.header("content-length") == "8")
            #expect(try await client.response().text == "GET /2 ")
        }
    }

    @Test func `ignores line breaks between requests`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send("\r\n\r\nGET /1 HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.responses(2).map(\.text) == ["GET /1 ", "GET /2 "])
        }
    }

    @Test func `takes the path of an absolute target`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send("GET http://other.example/path?q HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().text == "GET /path ")
        }
    }

    @Test func `sends all responses to a client that has half-closed`() async throws {
        try await withServer { request in
            try? await request.loop.sleep(for: .milliseconds(20))
            return await echo(request)
        } _: { server in
            let client = try server.client()
            try await client.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            client.socket.finishSending()
            let all = String(decoding: try await client.readToEnd(), as: UTF8.self)
            #expect(all.contains("GET /1 ") && all.contains("GET /2 "))
        }
    }

    @Test func `cancels the handler of a client that has disconnected`() async throws {
        let begun = Signal<Void>()
        let outcome = Signal<Bool>()
        try await withServer { request in
            begun.give()
            do { try await request.loop.sleep(for: .seconds(60)) } catch { outcome.give(true) }
            return Response(204)
        } _: { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await begun.wait()
            client.socket.reset()
            #expect(await outcome.wait())
        }
    }

    @Test func `interrupts and cancels the handler when a body breaks off`() async throws {
        let outcome = Signal<String>()
        try await withServer { request in
            do { _ = try await request.body.collect(limit: 100) } catch {
                outcome.give("\(error) \(Task.isCancelled)")
            }
            return Response(204)
        } _: { server in
            let client = try server.client()
            try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
            await server.hasReadEverything()
            client.socket.finishSending()
            #expect(await outcome.wait() == "interrupted true")
        }
    }

    @Test func `omits headers that would break the response`() async throws {
        try await withServer { _ in
            Response(204).with("X-One", "a\r\nX-Two: b").with("X-Three", "c")
        } _: { server in
            let response = try await HTTPTestClient(port: server.port).get("/")
            #expect(response.header("x-one") == nil)
            #expect(response.header("x-two") == nil)
            #expect(response.header("x-three") == "c")
        }
    }

    @Test func `closes connections beyond its limit at once`() async throws {
        try await withServer(limits: limits { $0.connections = 2 }, echo) { server in
            let first = try server.client()
            let second = try server.client()
            try await first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            try await second.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await (first.response(), second.response())
            #expect(try await server.client().readToEnd().isEmpty)
        }
    }
}
