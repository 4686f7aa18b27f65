import Chassis
import Glibc
import HTTP
import TestSupport
import Testing

/// An unlinked file with which a handler responds to every request.
struct ServedFile: Sendable {
    let handler: AsyncHandler

    /// - Parameter count: The size that the handler believes; nil for the true one.
    init(_ content: [UInt8], type: String = "image/png", claiming count: Int? = nil) throws {
        try self.init(type: type, byteCount: count ?? content.count) { file in
            try #require(fwrite(content, 1, content.count, file) == content.count)
        }
    }

    init(_ text: String, type: String = "image/png", claiming count: Int? = nil) throws {
        try self.init(Array(text.utf8), type: type, claiming: count)
    }

    /// Zeros that take no room on the disk.
    init(zeros count: Int) throws {
        try self.init(type: "audio/mpeg", byteCount: count) { file in
            try #require(ftruncate(fileno(file), off_t(count)) == 0)
        }
    }

    private init(type: String, byteCount: Int, _ fill: (UnsafeMutablePointer<FILE>) throws -> Void) throws {
        let file = try #require(tmpfile())
        defer { fclose(file) }
        try fill(file)
        fflush(file)
        let kept = OpenFile(owning: dup(fileno(file)))
        handler = { request in
            .file(
                kept, byteCount: byteCount, type: type, tag: "v1", modified: Timestamp(unixSeconds: 1_700_000_000),
                cacheControl: "no-cache", for: request)
        }
    }
}

/// The parts of a `multipart/byteranges` body, read as RFC 2046 and RFC 9110, 14.6, define it.
struct ByteRangesBody {
    struct Part: Equatable {
        let type: String
        let contentRange: String
        let bytes: [UInt8]
    }

    let parts: [Part]

    init(_ answer: HTTPAnswer) throws {
        let type = try #require(answer.header("content-type"))
        let prefix = "multipart/byteranges; boundary="
        try #require(type.hasPrefix(prefix))
        let boundary = String(type.dropFirst(prefix.count))
        try #require((1...70).contains(boundary.count))
        // Behind a line break like every other delimiter, the first one is the body's begin.
        let body = Array("\r\n".utf8) + answer.body
        var pieces = body.split(separator: Array("\r\n--\(boundary)".utf8))
        #expect(pieces.popLast() == Array("--\r\n".utf8)[...])
        parts = try pieces.map { piece in
            let halves = Array(piece).split(separator: Array("\r\n\r\n".utf8), maxSplits: 1)
            let head = try #require(halves.first).split(separator: Array("\r\n".utf8))
            let lines = head.map { String(decoding: $0, as: UTF8.self) }
            try #require(lines.count == 2 && lines[0].hasPrefix("Content-Type: "))
            try #require(lines[1].hasPrefix("Content-Range: "))
            return Part(
                type: String(lines[0].dropFirst(14)), contentRange: String(lines[1].dropFirst(15)),
                bytes: halves.count > 1 ? Array(halves[1]) : [])
        }
    }
}
