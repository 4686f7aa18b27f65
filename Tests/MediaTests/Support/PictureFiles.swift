import TestSupport

/// The chunks of a WebP (RFC 9649).
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

/// A GIF of 10 x 10 pixels in black and white.
enum GIFFile {
    static func frames(_ count: Int) -> [UInt8] {
        var bytes = Array("GIF89a".utf8) + [10, 0, 10, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
        for _ in 0..<count {
            // A delay, then one pixel: clear code, colour 0, end.
            bytes += [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]
        }
        return bytes + [0x3B]
    }
}
