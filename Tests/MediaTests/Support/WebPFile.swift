/// A WebP as its chunks (RFC 9649).
struct WebPFile {
    let chunks: [(type: String, content: [UInt8])]

    init(_ bytes: [UInt8]) {
        var chunks: [(String, [UInt8])] = []
        var offset = 12
        while offset + 8 <= bytes.count {
            let count = (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << (8 * $1) }
            let end = min(bytes.count, offset + 8 + count)
            chunks.append((String(decoding: bytes[offset..<offset + 4], as: UTF8.self), Array(bytes[offset + 8..<end])))
            offset = end + count % 2
        }
        self.chunks = chunks
    }

    static func assembled(_ chunks: [(type: String, content: [UInt8])]) -> [UInt8] {
        var body = Array("WEBP".utf8)
        for (type, content) in chunks {
            body += Array(type.utf8) + UInt32(content.count).littleEndianBytes + content
            if content.count % 2 == 1 { body.append(0) }
        }
        return Array("RIFF".utf8) + UInt32(body.count).littleEndianBytes + body
    }
}
