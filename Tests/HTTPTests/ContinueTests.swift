import HTTP
import TestSupport
import Testing

@Suite struct ContinueTests {
    private static let head =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

    @Test func `invites the body when the handler reads it`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            for _ in 1...2 {
                try await client.send(Self.head)
                #expect(try await client.answer().status == 100)
                try await client.send("hello")
                let answer = try await client.answer()
                #expect(answer.text == "POST / hello")
                #expect(!answer.closes)
            }
        }
    }

    @Test func `sends the final status alone when the handler does not read`() async throws {
        try await withServer(answerAtOnce) { server in
            let client = try server.client()
            try await client.send(Self.head)
            let answer = try await client.answer()
            #expect(answer.status == 200)
            // Whether the body still comes cannot be known.
            #expect(answer.closes)
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test func `invites a chunked body as well`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.answer().status == 100)
            try await client.send("5\r\nhello\r\n0\r\n\r\n")
            #expect(try await client.answer().text == "POST / hello")
        }
    }

    @Test func `never sends it to HTTP 1.0 or for a request without a body`() async throws {
        try await withServer(echo) { server in
            let old = try server.client()
            try await old.send("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")
            #expect(try await old.answer().status == 200)
            let bodiless = try server.client()
            try await bodiless.send("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await bodiless.answer().status == 200)
        }
    }
}
