import Chassis
import HTTP
import TestSupport
import Testing

@Suite struct ResponseHeaderTests {
    @Test func `every response has the common headers`() async throws {
        try await withServer(replying: awaiting(echo), commonHeaders: [("X-Frame-Options", "DENY")]) { server in
            let client = HTTPTestClient(port: server.port)
            for path in ["/", "/again"] {
                let response = try await client.get(path)
                #expect(response.header("x-frame-options") == "DENY")
            }
        }
    }

    @Test func `every kind of response has the request's response headers`() async throws {
        let response: AsyncHandler = { request in
            request.responseHeaders.append(("X-Left", "3"))
            switch request.path {
            case "/empty": return Response(204)
            case "/stream":
                return Response(200, body: .stream(type: "text/plain") { try await $0.write(Array("hi".utf8)) })
            default: return .text(404, "no")
            }
        }
        try await withServer(response) { server in
            for path in ["/empty", "/stream", "/error"] {
                let response = try await HTTPTestClient(port: server.port).get(path)
                #expect(response.header("x-left") == "3", "\(path)")
            }
        }
    }

    @Test func `all headers of one name are found, in order`() async throws {
        let response: AsyncHandler = { .text(200, $0.head.headers("x-forwarded-for").joined(separator: "|")) }
        try await withServer(response) { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1\r\nx-forwarded-for: 2, 3\r\n\r\n")
            #expect(try await client.response().text == "1|2, 3")
        }
    }
}
