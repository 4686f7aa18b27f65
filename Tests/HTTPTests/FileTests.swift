import HTTP
import TestSupport
import Testing

@Suite struct FileTests {
    private func request(_ headers: [String: String], method: String = "GET") async throws -> HTTPAnswer {
        try await withServer(ServedFile("0123456789").handler) { server in
            try await HTTPTestClient(port: server.port).request(method, "/", headers: headers)
        }
    }

    @Test func `sends a file with its validators`() async throws {
        let response = try await request([:])
        #expect(response.status == 200)
        #expect(response.text == "0123456789")
        #expect(response.header("content-type") == "image/png")
        #expect(response.header("content-length") == "10")
        #expect(response.header("etag") == "\"v1\"")
        #expect(response.header("last-modified") == "Tue, 14 Nov 2023 22:13:20 GMT")
        #expect(response.header("cache-control") == "no-cache")
        #expect(response.header("accept-ranges") == "bytes")
    }

    @Test(arguments: [
        ("bytes=0-0", "0", "bytes 0-0/10"), ("bytes=2-5", "2345", "bytes 2-5/10"),
        ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=-30", "0123456789", "bytes 0-9/10"), ("bytes=8-99999999999999999999", "89", "bytes 8-9/10"),
        ("Bytes= 2-5 ,", "2345", "bytes 2-5/10"),
    ])
    func `sends one range`(range: String, text: String, contentRange: String) async throws {
        let response = try await request(["Range": range])
        #expect(response.status == 206)
        #expect(response.text == text)
        #expect(response.header("content-range") == contentRange)
    }

    @Test(arguments: ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"])
    func `rejects a range outside the file`(range: String) async throws {
        let response = try await request(["Range": range])
        #expect(response.status == 416)
        #expect(response.header("content-range") == "bytes */10")
        #expect(response.body.isEmpty)
    }

    @Test(arguments: ["bytes=5-2", "bytes=-", "bytes=a-b", "bytes=1", "bytes=1-2-3", "bytes=", "lines=1-2", ""])
    func `sends the whole file for unsupported ranges`(range: String) async throws {
        let response = try await request(["Range": range])
        #expect(response.status == 200)
        #expect(response.text == "0123456789")
    }

    @Test(arguments: [
        ("\"v1\"", 206), ("Tue, 14 Nov 2023 22:13:20 GMT", 206), ("\"v2\"", 200), ("W/\"v1\"", 200),
        ("Tue, 14 Nov 2023 22:13:21 GMT", 200),
    ])
    func `sends a range only if If-Range matches`(condition: String, status: Int) async throws {
        #expect(try await request(["Range": "bytes=0-1", "If-Range": condition]).status == status)
    }

    @Test(arguments: [
        (["If-None-Match": "\"v1\""], 304), (["If-None-Match": "\"v0\", W/\"v1\""], 304),
        (["If-None-Match": "*"], 304), (["If-None-Match": "\"v2\""], 200),
        (["If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"], 304),
        (["If-Modified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"], 200),
        (["If-Modified-Since": "Tue Nov 14 22:13:21 2023"], 304), (["If-Modified-Since": "today"], 200),
        (["If-None-Match": "\"a,b\",\"v1\""], 304), (["If-None-Match": "v1"], 200),
        (["If-None-Match": "\"v2\"", "If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"], 200),
        (["If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT, Tue, 14 Nov 2023 22:13:21 GMT"], 200),
    ])
    func `responds 304 if the client's copy is fresh`(headers: [String: String], status: Int) async throws {
        let response = try await request(headers)
        #expect(response.status == status)
        #expect(response.body.isEmpty == (status == 304))
        #expect(response.header("etag") == "\"v1\"")
    }

    @Test(arguments: [
        (["If-Match": "\"v2\""], 412), (["If-Match": "\"v1\""], 206), (["If-Match": "*"], 206),
        (["If-Match": "\"v0\" , \"v1\""], 206), (["If-Match": "W/\"v1\""], 412), (["If-Match": "v1"], 412),
        (["If-Match": ""], 412), (["If-Match": "\"a,\"v1\""], 412),
        (["If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"], 412),
        (["If-Unmodified-Since": "Tuesday, 14-Nov-23 22:13:19 GMT"], 412),
        (["If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"], 206),
        (["If-Unmodified-Since": "Wed, 15 Nov 2023 22:13:20 GMT"], 206), (["If-Unmodified-Since": "yesterday"], 206),
        // If-Match is evaluated instead of If-Unmodified-Since, and both before the others (13.2.2).
        (["If-Match": "\"v1\"", "If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:19 GMT"], 206),
        (["If-Match": "\"v2\"", "If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"], 412),
        (["If-Match": "\"v2\"", "If-None-Match": "\"v1\""], 412),
        (["If-Match": "\"v1\"", "If-None-Match": "\"v1\""], 304),
        (["If-Unmodified-Since": "Tue, 14 Nov 2023 22:13:19 GMT", "If-None-Match": "\"v1\""], 412),
        (["If-None-Match": "\"v1\"", "If-Range": "\"v2\""], 304), (["If-Match": "\"v2\"", "If-Range": "\"v1\""], 412),
        (["If-Match": "\"v1\"", "If-Range": "\"v2\""], 200),
    ])
    func `evaluates the conditions of a resumed download in their order`(headers: [String: String], status: Int)
        async throws
    {
        let response = try await request(headers.merging(["Range": "bytes=4-"]) { $1 })
        #expect(response.status == status)
        #expect(response.header("etag") == "\"v1\"")
        #expect(response.text == (status == 206 ? "456789" : status == 200 ? "0123456789" : ""))
    }

    @Test func `evaluates conditions before a range outside the file`() async throws {
        #expect(try await request(["Range": "bytes=99-", "If-Match": "\"v2\""]).status == 412)
        #expect(try await request(["Range": "bytes=99-", "If-None-Match": "\"v1\""]).status == 304)
        #expect(try await request(["Range": "bytes=99-", "If-Range": "\"v2\""]).status == 200)
        #expect(try await request(["Range": "bytes=99-", "If-Match": "\"v1\""]).status == 416)
    }

    @Test func `joins the entity tags of several headers`() async throws {
        try await withServer(ServedFile("0123456789").handler) { server in
            let client = try server.client()
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\nIf-Match: \"v0\"\r\nIf-Match: \"v1\"\r\n\r\n")
            #expect(try await client.response().status == 200)
            try await client.send(
                "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"v0\"\r\nIf-None-Match: \"v1\"\r\n\r\n")
            #expect(try await client.response().status == 304)
        }
    }

    // RFC 9110, 5.3: one that stands several times is invalid, and then none is evaluated.
    @Test(arguments: ["If-Modified-Since: Tue, 14 Nov 2023 22:13:20 GMT", "If-Range: \"v1\"", "Range: bytes=4-"])
    func `ignores a condition or a range that stands twice`(line: String) async throws {
        try await withServer(ServedFile("0123456789").handler) { server in
            let client = try server.client()
            let range = line.hasPrefix("Range") ? "" : "Range: bytes=0-1\r\n"
            try await client.send("GET / HTTP/1.1\r\nHost: a\r\n\(range)\(line)\r\n\(line)\r\n\r\n")
            let isConditional = line.hasPrefix("If-Modified")
            #expect(try await client.response().text == (isConditional ? "01" : "0123456789"))
        }
    }

    @Test(arguments: [
        [:], ["If-None-Match": "\"v1\""], ["If-Match": "\"v2\""],
        ["If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"],
    ])
    func `responds to HEAD with the headers of GET and without the bytes`(headers: [String: String]) async throws {
        let (get, head) = (try await request(headers), try await request(headers, method: "HEAD"))
        #expect(head.status == get.status)
        #expect(head.body.isEmpty)
        let own: Set = ["date", "x-request-id"]
        let (expected, given) = (get.headers, head.headers)
        #expect(
            given.filter { !own.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)" }
                == expected.filter { !own.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)" })
    }

    // RFC 9110, 14.2: ranges are of GET.
    @Test(arguments: ["bytes=0-1", "bytes=0-1,3-4", "bytes=99-"])
    func `ignores ranges of HEAD`(range: String) async throws {
        let response = try await request(["Range": range], method: "HEAD")
        #expect(response.status == 200)
        #expect(response.header("content-length") == "10")
        #expect(response.header("content-range") == nil)
    }

    @Test func `sends a media type that is known at run time only`() async throws {
        let type = "audio/\(["x-flac", "mpeg"].randomElement() ?? "mpeg")"
        try await withServer(ServedFile("0123456789", type: type).handler) { server in
            let response = try await HTTPTestClient(port: server.port).get("/")
            #expect(response.header("content-type") == type)
        }
    }

    @Test func `sends an empty file`() async throws {
        try await withServer(ServedFile([]).handler) { server in
            let client = HTTPTestClient(port: server.port)
            let whole = try await client.get("/")
            #expect(whole.header("content-length") == "0")
            let part = try await client.get("/", headers: ["Range": "bytes=0-"])
            #expect(part.status == 416)
            // Satisfiable, but Content-Range cannot name zero bytes.
            let last = try await client.get("/", headers: ["Range": "bytes=-5"])
            #expect(last.status == 200)
            #expect(last.header("content-length") == "0")
        }
    }

    @Test func `sends a large file between other responses, in order`() async throws {
        // No power of two, so that a wrong offset shows.
        var content = (0..<9_973).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        while content.count < 15_000_000 { content += content }
        try await withServer(ServedFile(content).handler) { server in
            let client = try server.client()
            try await client.send(String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 2))
            for response in try await client.responses(2) { #expect(response.body == content) }
        }
    }

    @Test func `closes the connection when the file is shorter than its Content-Length`() async throws {
        try await withServer(ServedFile("short", claiming: 100).handler) { server in
            await #expect(throws: (any Error).self) { _ = try await HTTPTestClient(port: server.port).get("/") }
        }
    }
}
