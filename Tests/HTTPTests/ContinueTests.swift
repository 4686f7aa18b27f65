import HTTP
import TestSupport
import Testing

@Suite struct ContinueTests {
    private static let head =
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"

    @Test func `sends 100 Continue when the handler reads the body`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            for _ in 1...2 {
                try await client.send(Self.head)
                #expect(try await client.response().status == 100)
                try await client.send("hello")
                let response = try await client.response()
                #expect(response.text == "POST / hello")
                #expect(!response.closes)
            }
        }
    }

    @Test func `sends the final status alone when the handler does not read`() async throws {
        try await withServer(respondImmediately) { server in
            let client = try server.client()
            try await client.send(Self.head)
            let response = try await client.response()
            #expect(response.status == 200)
            // The server cannot know whether the body still follows.
            #expect(response.closes)
            #expect(try await client.readToEnd().isEmpty)
        }
    }

    @Test func `sends 100 Continue for a chunked body as well`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.response().status == 100)
            try await client.send("5\r\nhello\r\n0\r\n\r\n")
            #expect(try await client.response().text == "POST / hello")
        }
    }

    @Test func `never sends 100 Continue to HTTP 1.0 or for a request without a body`() async throws {
        try await withServer(echo) { server in
            let old = try server.client()
            try await old.send("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")
            #expect(try await old.response().status == 200)
            let bodiless = try server.client()
            try await bodiless.send("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await bodiless.response().status == 200)
        }
    }
}
