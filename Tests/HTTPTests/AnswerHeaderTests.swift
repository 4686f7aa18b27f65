import Chassis
import HTTP
import TestSupport
import Testing

@Suite struct AnswerHeaderTests {
    @Test func `what all answers have in common stands in each of them`() async throws {
        try await withServer(replying: awaiting(echo), commonHeaders: [("X-Frame-Options", "DENY")]) { server in
            let client = HTTPTestClient(port: server.port)
            for path in ["/", "/again"] {
                let answer = try await client.get(path)
                #expect(answer.header("x-frame-options") == "DENY")
            }
        }
    }

    @Test func `what a request's answer must carry is in every kind of it`() async throws {
        let answer: AsyncAnswer = { request in
            request.responseHeaders.append(("X-Left", "3"))
            switch request.path {
            case "/empty": return Response(204)
            case "/stream":
                return Response(200, body: .stream(type: "text/plain") { try await $0.write(Array("hi".utf8)) })
            default: return .text(404, "no")
            }
        }
        try await withServer(answer) { server in
            for path in ["/empty", "/stream", "/error"] {
                let answer = try await HTTPTestClient(port: server.port).get(path)
                #expect(answer.header("x-left") == "3", "\(path)")
            }
        }
    }

    @Test func `headers of one name are all found, in their order`() async throws {
        let answer: AsyncAnswer = { .text(200, $0.head.headers("x-forwarded-for").joined(separator: "|")) }
        try await withServer(answer) { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1\r\nx-forwarded-for: 2, 3\r\n\r\n")
            #expect(try await client.answer().text == "1|2, 3")
        }
    }
}
