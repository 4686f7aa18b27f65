import HTTP
import Synchronization
import TestSupport
import Testing

@Suite struct MalformedRequestTests {
    private static let heads: [BadRequest] = [
        .init("line feeds alone", "GET / HTTP/1.1\nHost: a\n\n"),
        .init("a line feed alone in a head", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        .init("a request line that ends with a line feed", "GET / HTTP/1.1\nHost: a\r\n\r\n"),
        .init("a header that ends with a line feed", "GET / HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n"),
        .init("an empty line that ends with a line feed", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        .init("a line feed before a line", "GET / HTTP/1.1\r\n\nHost: a\r\n\r\n"),
        .init("a line feed before the request line", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a carriage return before the request line", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a space before the request line", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a tab before the target", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a tab before the version", "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        .init("a version with a leading zero", "GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
        .init("an asterisk for a target", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init(
            "a request in UTF-16",
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n".unicodeScalars.map { "\($0)\0" }.joined()),
        .init("carriage returns alone", "GET / HTTP/1.1\rHost: a\r\r\n\r\n"),
        .head("a carriage return in a value", "X: b\rY: c"),
        .head("a folded line", "X: b\r\n c"),
        .head("a folded line after an empty value", "X:\r\n c"),
        .head("a folded line without a value", "X:\r\n \r\nY: c"),
        .head("a folded length", "Content-Length:\r\n 5"),
        .head("a line that begins with a space", " X: b"),
        .head("a space before the colon", "X : b"),
        .head("a tab before the colon", "X\t: b"),
        .head("no colon", "X"),
        .head("no name", ": b"),
        .head("NUL in a value", "X: a\0b"),
        .head("NUL in a name", "X\0: b"),
        .head("a control character in a value", "X: a\u{1}b"),
        .head("DEL in a value", "X: a\u{7F}b"),
        .head("two hosts", "Host: b"),
        .init("no host", "GET / HTTP/1.1\r\nX: b\r\n\r\n"),
        .init("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a raw character beyond ASCII in the target", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a target without a slash", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("no version", "GET /\r\n\r\n"),
        .init("an old version", "GET / HTTP/0.9\r\n\r\n"),
        .init("a later version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
        .init("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .init("an unknown protocol", "GET / ICE/1.1\r\nHost: a\r\n\r\n"),
        .init("a method of another protocol", "PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a method that does not exist", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a method in lower case", "get / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("an response", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        .init("TLS", "\u{16}\u{3}\u{1}\r\n\r\n"),
    ]

    private static let framings: [BadRequest] = [
        .body("length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        .body("coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        .body("two equal lengths", "Content-Length: 5\r\nContent-Length: 5"),
        .body("two lengths", "Content-Length: 0\r\nContent-Length: 5"),
        .body("a list of lengths", "Content-Length: 5, 5"),
        .body("a negative length", "Content-Length: -5"),
        .body("a length with a plus", "Content-Length: +5"),
        .body("a hexadecimal length", "Content-Length: 0x5"),
        .body("a length with a fraction", "Content-Length: 5.0"),
        .body("an empty length", "Content-Length:"),
        .body("a length beyond 64 bits", "Content-Length: 99999999999999999999"),
        .body("a length beyond 63 bits", "Content-Length: 9223372036854775808"),
        .body("a length with a space inside", "Content-Length: 5 5"),
        .body("a coding behind a line feed alone", "X: a\nTransfer-Encoding: chunked"),
        .body("a length behind a line feed alone", "X: a\nContent-Length: 5"),
        .body("a length behind a carriage return alone", "X: a\rContent-Length: 5"),
        .body("a coding that ends with a line feed", "Transfer-Encoding: chunked\nX: a"),
        .body("a length with a space before its colon", "Content-Length : 5"),
        .body("a length with a tab inside", "Content-Length: 5\t5"),
        .body("a length with a form feed", "Content-Length: 5\u{C}"),
        .body("a length with NUL", "Content-Length: 5\0"),
        .body("a length in digits beyond ASCII", "Content-Length: ٥"),
        .body("a coding with a form feed", "Transfer-Encoding: chunked\u{C}"),
        .body("a coding with NUL", "Transfer-Encoding: chunked\0"),
        .body("a coding with a comma", "Transfer-Encoding: chunked,"),
        .body("a coding in a list of empty ones", "Transfer-Encoding: ,chunked"),
        .body("a folded coding and a length", "Transfer-Encoding: x\r\n chunked\r\nContent-Length: 5"),
        .body("a coding with a name in other characters", "Transfer_Encoding\0: chunked"),
        .body("a head in a value", "X: a\n\nGET /second HTTP/1.1\nHost: a"),
        .body("identity, chunked", "Transfer-Encoding: identity, chunked"),
        .body("gzip, chunked", "Transfer-Encoding: gzip, chunked"),
        .body("chunked, identity", "Transfer-Encoding: chunked, identity"),
        .body("chunked twice", "Transfer-Encoding: chunked, chunked"),
        .body("two codings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
        .body("two codings, one of them unknown", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
        .body("an empty coding", "Transfer-Encoding:"),
        .body("an empty coding and a length", "Transfer-Encoding:\r\nContent-Length: 5"),
        .body("an unknown coding", "Transfer-Encoding: xchunked"),
        .body("a coding with a parameter", "Transfer-Encoding: chunked;q=1"),
        .body("a coding with a vertical tab", "Transfer-Encoding: \u{B}chunked"),
        .body("a coding in quotes", "Transfer-Encoding: \"chunked\""),
        .body("a folded coding", "Transfer-Encoding:\r\n chunked"),
        .body("a space before the coding's colon", "Transfer-Encoding : chunked"),
        .init("a coding in HTTP 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static let chunks: [BadRequest] = [
        .chunks("a size that overflows", "fffffffffffffffff\r\nx\r\n0\r\n\r\n"),
        .chunks("a negative size", "-1\r\nx\r\n0\r\n\r\n"),
        .chunks("a size with 0x", "0x1\r\nx\r\n0\r\n\r\n"),
        .chunks("junk for a size", "zz\r\nx\r\n0\r\n\r\n"),
        .chunks("no size", "\r\nx\r\n0\r\n\r\n"),
        .chunks("a space before the size", " 1\r\nx\r\n0\r\n\r\n"),
        .chunks("a size that ends with a line feed", "1\nx\r\n0\r\n\r\n"),
        .chunks("a size that ends with a carriage return", "1\rx\r\n0\r\n\r\n"),
        .chunks("a chunk that is longer than its size", "1\r\nxyz\r\n0\r\n\r\n"),
        .chunks("no line break after a chunk", "1\r\nx0\r\n\r\n"),
        .chunks("a line feed after a chunk", "1\r\nx\n0\r\n\r\n"),
        .chunks("a carriage return in an extension", "1;a\rb\r\nx\r\n0\r\n\r\n"),
        .chunks("a line feed in an extension", "1;a\nb\r\nx\r\n0\r\n\r\n"),
        .chunks("a space behind the size", "1 \r\nx\r\n0\r\n\r\n"),
        .chunks("an extension that is never closed", "1;a=\"b\r\nx\r\n0\r\n\r\n"),
        .chunks("a control character in an extension", "1;a=\u{1}\r\nx\r\n0\r\n\r\n"),
        .chunks("a line break in a quoted extension", "1;a=\"\r\n0\r\n\r\n\"\r\nx\r\n0\r\n\r\n"),
        .chunks("a trailer without a name", "0\r\n: a\r\n\r\n"),
        .chunks("a trailer without a colon", "0\r\nX\r\n\r\n"),
        .chunks("a trailer that ends with a line feed", "0\r\nX: a\n\r\n"),
        .chunks("a last line that ends with a line feed", "0\r\n\n"),
        .chunks("a size of 62 bits", "4000000000000000\r\nx\r\n0\r\n\r\n"),
        .chunks("a folded trailer", "0\r\nX: a\r\n b\r\nY : c\r\n\r\n"),
        .chunks("endless extensions", "1;" + String(repeating: "a", count: 200_000) + "\r\nx\r\n0\r\n\r\n"),
        .chunks("endless trailers", "0\r\n" + String(repeating: "X: a\r\n", count: 40_000) + "\r\n"),
        .chunks("zeros without end", String(repeating: "0", count: 200_000) + "\r\n\r\n"),
    ]

    @Test(arguments: heads + framings + chunks)
    func `rejects a malformed request and closes without reading another`(request: BadRequest) async throws {
        let isSecondSeen = Mutex(false)
        try await withServer { request in
            if request.path == "/second" { isSecondSeen.withLock { $0 = true } }
            return await echo(request)
        } _: { server in
            let second = Array("GET /second HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            let text = try await server.everything(for: request.bytes + second)
            let status = text.dropFirst("HTTP/1.1 ".count).prefix(3)
            #expect(["400", "501", "505"].contains(status), "\(text)")
            #expect(text.contains("Connection: close\r\n"))
            #expect(text.contains("application/problem+json"))
            #expect(text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).count == 2)
            #expect(!isSecondSeen.withLock { $0 })
        }
    }

    @Test func `rejects without data of the previous request`() async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send("HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n")
            let first = try await client.response(hasBody: false)
            try await client.send("GET /2 HTTP/1.1\r\n\r\n")
            let rejection = try await client.response()
            #expect(rejection.status == 400)
            #expect(rejection.text.contains("Bad Request"))
            #expect(rejection.header("x-request-id") != first.header("x-request-id"))
        }
    }

    @Test(arguments: ["CHUNKED", "chunked", "\tChunked "])
    func `accepts chunked in any letter case`(coding: String) async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            try await client.send(
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \(coding)\r\n\r\n1\r\nx\r\n0\r\n\r\n")
            #expect(try await client.response().text == "POST / x")
        }
    }

    @Test(arguments: [
        ";a", ";a=b", ";a;b", ";a=\"q\";b=c", ";a=b;c=d", ";a=b;c", " ; a = b", "\t;a", ";a=\"\\\";\\\\\";b", ";",
        ";a=é",
        String(repeating: ";name=value", count: 100),
    ])
    func `ignores the extensions of a chunk`(extensions: String) async throws {
        try await withServer(echo) { server in
            let client = try server.client()
            let body = Array("2\(extensions)\r\nhi\r\n00\(extensions)\r\nX-Trailer: a\r\nY:\r\n\r\n".utf8)
            let head = Array("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
            try await client.send(head + body + Array("GET /next HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
            #expect(try await client.responses(2).map(\.text) == ["POST / hi", "GET /next "])
            for byte in head + body { try await client.send([byte]) }
            #expect(try await client.response().text == "POST / hi")
        }
    }

    @Test func `accepts an empty header and one beyond ASCII`() async throws {
        try await withServer { request in
            let values = [request.head.header("x-empty"), request.head.header("x-name"), request.head.header("x-none")]
            return .text(200, "\(values.map { $0.map { "<\($0)>" } ?? "nil" })")
        } _: { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nX-NAME: \t Пример \t \r\n\r\n")
            let response = try await client.response()
            #expect(response.text == #"["<>", "<Пример>", "nil"]"#)
        }
    }
}
