import HTTP
import TestSupport
import Testing

/// RFC 9110, 12.5.1.
@Suite struct AcceptedTypesTests {
    @Test(
        arguments: [
            (nil, 1, 1), ("", 1, 1), ("*/*", 1, 1), ("image/*", 1, 1), ("image/webp,*/*;q=0.8", 1, 0.8),
            ("image/jpeg", 0, 1), ("image/png, image/jpeg;q=0.5", 0, 0.5), ("image/*;q=0.3, image/webp;q=0", 0, 0.3),
            ("image/webp;q=0, */*", 0, 1), ("*/*;q=0.1, image/*;q=0", 0, 0), ("IMAGE/JPEG ; Q=0.25", 0, 0.25),
            ("image/webp ; q=0.000 , image/jpeg", 0, 1), ("application/json", 0, 0), ("text/html, */*;q=0.1", 0.1, 0.1),
            ("image/jpeg;q=abc", 0, 1), ("image/jpeg;q=7", 0, 1), (",, image/jpeg ,", 0, 1),
            ("image/jpeg;x=\"a,b\\\",image/webp\"", 0, 1), ("image/webp;q=0, image/webp;q=0.4", 0.4, 0),
        ] as [(String?, Double, Double)])
    func `gives a type the quality of the most specific range`(header: String?, webP: Double, jpeg: Double)
        async throws
    {
        let handler: AsyncHandler = { request in
            let accepted = request.head.accepted
            return .text(200, "\(accepted.quality(of: "image/webp")) \(accepted.quality(of: "image/jpeg"))")
        }
        try await withServer(handler) { server in
            let headers = header.map { ["Accept": $0] } ?? [:]
            let answer = try await HTTPTestClient(port: server.port).get("/", headers: headers)
            #expect(answer.text == "\(webP) \(jpeg)")
        }
    }

    @Test func `joins several headers`() async throws {
        let handler: AsyncHandler = { .text(200, "\($0.head.accepted.quality(of: "image/webp"))") }
        try await withServer(handler) { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nAccept: image/*\r\nAccept: image/webp;q=0\r\n\r\n")
            #expect(try await client.response().text == "0.0")
        }
    }
}
