import HTTP
import TestSupport
import Testing

/// S1-70: several ranges of one request.
@Suite struct MultipartRangeTests {
    /// No power of two, so that a wrong offset shows.
    private static let content = (0..<9_973).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    private func request(_ range: String, of content: [UInt8] = content) async throws -> HTTPAnswer {
        try await withServer(ServedFile(content, type: "audio/mpeg").handler) { server in
            try await HTTPTestClient(port: server.port).get("/", headers: ["Range": range])
        }
    }

    @Test(arguments: [
        ("bytes=0-99,200-299", [0..<100, 200..<300]), ("bytes=9000-,0-0", [9_000..<9_973, 0..<1]),
        ("bytes=-5, 10-19 ,,30-39", [9_968..<9_973, 10..<20, 30..<40]),
        ("bytes=0-4999,5000-", [0..<5_000, 5_000..<9_973]),
        ("bytes=1-2,20000-,-0,5-6", [1..<3, 5..<7]), ("bytes=0-10,5-20,500-600,15-30", [0..<31, 500..<601]),
        ("bytes=500-600,5-20,0-10", [500..<601, 0..<21]),
    ])
    func `sends several ranges in the order of the request, joined where they overlap`(
        header: String, ranges: [Range<Int>]
    ) async throws {
        let answer = try await request(header)
        #expect(answer.status == 206)
        #expect(answer.header("content-range") == nil)
        #expect(answer.header("content-length") == "\(answer.body.count)")
        #expect(
            try ByteRangesBody(answer).parts
                == ranges.map { range in
                    .init(
                        type: "audio/mpeg", contentRange: "bytes \(range.lowerBound)-\(range.upperBound - 1)/9973",
                        bytes: Array(Self.content[range]))
                })
    }

    @Test func `the bytes of concatenated ranges equal the file`() async throws {
        for count in [1, 2, 7, ByteRangesLimit.parts] {
            let step = Self.content.count / count + 1
            let ranges = stride(from: 0, to: Self.content.count, by: step).map { "\($0)-\($0 + step - 1)" }
            let answer = try await request("bytes=\(ranges.joined(separator: ","))")
            let bytes = try count == 1 ? answer.body : ByteRangesBody(answer).parts.flatMap(\.bytes)
            #expect(bytes == Self.content, "\(count) ranges")
        }
    }

    @Test(arguments: [("bytes=0-9,5-20", "bytes 0-20/9973"), ("bytes=3-4,20000-20001", "bytes 3-4/9973")])
    func `sends what comes to one range without parts`(header: String, contentRange: String) async throws {
        let answer = try await request(header)
        #expect(answer.status == 206)
        #expect(answer.header("content-type") == "audio/mpeg")
        #expect(answer.header("content-range") == contentRange)
    }

    @Test func `rejects ranges that all lie outside the file`() async throws {
        let answer = try await request("bytes=9973-,20000-20001,-0")
        #expect(answer.status == 416)
        #expect(answer.header("content-range") == "bytes */9973")
    }

    @Test(arguments: ["bytes=0-1,5-4", "bytes=0-1,x", "bytes=0-1;2-3"])
    func `ignores a list with an invalid range`(header: String) async throws {
        let answer = try await request(header)
        #expect(answer.status == 200)
        #expect(answer.body == Self.content)
    }

    // RFC 9110, 17.15: a short request must not cause a long response.
    @Test func `joins many ranges with small gaps and ignores too many others`() async throws {
        let near = (0..<100).map { "\($0 * 20)-\($0 * 20 + 9)" }.joined(separator: ",")
        let joined = try await request("bytes=\(near)")
        #expect(joined.status == 206)
        #expect(joined.header("content-range") == "bytes 0-1989/9973")
        let same = try await request("bytes=\(Array(repeating: "0-", count: 200).joined(separator: ","))")
        #expect(same.status == 206)
        #expect(same.body == Self.content)
        for header in [
            (0...ByteRangesLimit.parts).map { "\($0 * 500)-\($0 * 500 + 9)" },
            Array(repeating: "0-0", count: ByteRangesLimit.ranges + 1),
        ] {
            let whole = try await request("bytes=\(header.joined(separator: ","))")
            #expect(whole.status == 200)
            #expect(whole.body == Self.content)
        }
    }

    @Test func `sends large ranges between other responses, in order`() async throws {
        var content = Self.content
        while content.count < 15_000_000 { content += content }
        let (first, second) = (3_000_001..<9_000_000, 0..<2_500_001)
        try await withServer(ServedFile(content).handler) { server in
            let client = try server.client()
            let range = "Range: bytes=\(first.lowerBound)-\(first.upperBound - 1),0-\(second.upperBound - 1)\r\n"
            let heads = [range, "", range].map { "GET / HTTP/1.1\r\nHost: a\r\n\($0)\r\n" }
            try await client.send(heads.joined())
            let answers = try await client.responses(3)
            #expect(answers[1].body == content)
            for answer in [answers[0], answers[2]] {
                #expect(
                    try ByteRangesBody(answer).parts.map(\.bytes) == [Array(content[first]), Array(content[second])])
            }
        }
    }
}

/// The limits of the documentation (docs/http.md).
private enum ByteRangesLimit {
    static let parts = 16
    static let ranges = 256
}
