import Chassis
import Glibc
import HTTP
import TestSupport
import Testing

@Suite struct FuzzTests {
    /// Xorshift, so that a failure is reproducible.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let seeds: [[UInt8]] = [
        "GET /path?q=1 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\nRange: bytes=0-1\r\n\r\n",
        "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 81\r\n\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b%22\\\"\"\r\n\r\ntext\r\n--b--\r\n",
        "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: a\r\n\r\n"
            + "HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n123456789",
        "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "POST /form HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=\"b b\"\r\nContent-Length: 89\r\n\r\n"
            + "--b b \t\r\nContent-Disposition: form-data;\r\n name=a; filename*=UTF-8''%41\r\n\r\ntext\r\n--b b-- \r\n",
        "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2 ;a=\"q\\\"\";b;c=d\r\nhi\r\n0;e\r\nT:\r\n\r\n",
        "GET /file HTTP/1.1\r\nHost: a\r\nIf-Match: \"v0\", W/\"v1\", \"v1\"\r\nIf-None-Match: \"v2\"\r\n"
            + "If-Unmodified-Since: Tue, 14 Nov 2023 22:13:20 GMT\r\nIf-Modified-Since: Tuesday, 14-Nov-23 22:13:19 GMT\r\n"
            + "If-Range: \"v1\"\r\nRange: bytes=1-2\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\nTRACE /a?b=%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    ].map { Array($0.utf8) }

    private static let tokens: [[UInt8]] = [
        "\r\n", "\n", "\r", "\0", ":", " ", "\t", ";", ",", "0", "ffffffffffffffff", "-1", "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "HTTP/1.1", "\r\n\r\n", "chunked", "%", "\"", "--b",
        "\"", "W/", "GMT", "*", "%00", "--b b", " \r\n", "Expect: 100-continue\r\n", "Connection: close\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\n",
    ].map { Array($0.utf8) }

    private static func mutated(_ random: inout Random) -> [UInt8] {
        var bytes = seeds.randomElement(using: &random) ?? []
        for _ in 0...Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
            let index = bytes.indices.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0 ... .max, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: index)
            case 3: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 0..<20, using: &random)))
            case 4: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
            default: bytes += seeds.randomElement(using: &random) ?? []
            }
        }
        return bytes
    }

    @Sendable private static func handle(_ request: Request) async -> Response {
        switch request.path {
        case "/stream":
            return Response(
                200,
                body: .stream(type: "text/plain") { writer in
                    for _ in 0..<3 { try await writer.write([65, 66]) }
                })
        case "/unread": return Response(204)
        case "/file":
            guard let file = tmpfile() else { return Response(503) }
            defer { fclose(file) }
            return .file(
                OpenFile(owning: dup(fileno(file))), byteCount: 10, type: "image/png", tag: "v1",
                modified: Timestamp(unixSeconds: 1_700_000_000), cacheControl: "no-cache", for: request)
        case "/form":
            do {
                var reader = try MultipartReader(request)
                while let part = try await reader.nextPart() { _ = (part.name, part.fileName) }
                return Response(204)
            } catch { return .text(400, "\(error)") }
        default:
            _ = (request.query("q"), request.head.header("range"))
            return await echo(request)
        }
    }

    @Test func `survives twenty thousand mutated requests`() async throws {
        try await withServer(limits: limits { $0.lingerSeconds = 1 }, Self.handle) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 1...8 {
                    group.addTask {
                        try await onOwnThread {
                            var random = Random(state: UInt64(client) &* 0x9E37_79B9_7F4A_7C15)
                            for _ in 0..<2_500 {
                                let socket = try BlockingSocket(port: server.port)
                                try? socket.send(Self.mutated(&random))
                                socket.finishSending()
                                while let bytes = try? socket.receive(), !bytes.isEmpty {}
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await HTTPTestClient(port: server.port).get("/well").text == "GET /well ")
        }
    }
}
