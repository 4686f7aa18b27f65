import TestSupport

/// Files to upload. The JPEGs show a red, a green, a blue and a white quarter.
enum Picture {
    /// 64 x 32 pixels.
    static let jpeg = Samples.jpeg

    /// 32 x 64 pixels.
    static let tallJPEG = Samples.jpegTurned

    static let gif = Samples.gif

    /// A JPEG with the camera's name and the place in Exif and in XMP, and the name in a comment too.
    static let revealingJPEG = Samples.jpeg([
        (0xE1, Array("Exif\0\0".utf8) + Exif.block(orientation: 1)),
        (0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Exif.xmp), (0xFE, Array(secret.utf8)),
    ])

    /// Appears in a ``revealingJPEG`` three times.
    static let secret = Exif.secret

    /// Returns a JPEG of so many bytes, of which the last mean nothing.
    static func jpeg(byteCount: Int) -> [UInt8] {
        jpeg + Array(repeating: 0, count: byteCount - jpeg.count)
    }

    /// Returns a black PNG.
    static func png(_ width: Int, _ height: Int) -> [UInt8] {
        PNGFile.black(width, height, bitDepth: 1)
    }

    /// Returns a PNG whose header claims this size, with hardly any pixels.
    static func png(claiming width: UInt32, by height: UInt32) -> [UInt8] {
        PNGFile(width, height, colourType: 2, pixels: Zlib.zeros(1)).bytes
    }
}

/// The width and height of a WebP, from its first chunk (RFC 9649).
struct WebPSize: Equatable {
    let width: Int
    let height: Int

    init(_ width: Int, _ height: Int) {
        self.width = width
        self.height = height
    }

    init?(of file: [UInt8]) {
        guard file.count > 30, file.starts(with: Array("RIFF".utf8)), Array(file[8..<12]) == Array("WEBP".utf8) else {
            return nil
        }
        let number = { (start: Int, count: Int) in (0..<count).reduce(0) { $0 | Int(file[start + $1]) << (8 * $1) } }
        switch String(decoding: file[12..<16], as: UTF8.self) {
        case "VP8 ": self.init(number(26, 2) & 0x3FFF, number(28, 2) & 0x3FFF)
        case "VP8L": self.init((number(21, 4) & 0x3FFF) + 1, (number(21, 4) >> 14 & 0x3FFF) + 1)
        case "VP8X": self.init(number(24, 3) + 1, number(27, 3) + 1)
        default: return nil
        }
    }
}
