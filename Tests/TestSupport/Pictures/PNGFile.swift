/// A PNG, made of chunks.
package struct PNGFile {
    package private(set) var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Colour type 0 is grey, 2 RGB, 6 RGBA. The pixels are a complete zlib stream.
    package init(
        _ width: UInt32, _ height: UInt32, bitDepth: UInt8 = 8, colourType: UInt8, extra: [(String, [UInt8])] = [],
        pixels: [UInt8]
    ) {
        append("IHDR", width.bigEndianBytes + height.bigEndianBytes + [bitDepth, colourType, 0, 0, 0])
        for (type, content) in extra { append(type, content) }
        append("IDAT", pixels)
        append("IEND", [])
    }

    /// Returns 8 x 8 black pixels, with more chunks before them.
    package static func small(colourType: UInt8 = 2, _ extra: [(String, [UInt8])]) -> [UInt8] {
        let row = colourType == 2 ? 25 : 9
        return PNGFile(
            8, 8, colourType: colourType, extra: extra, pixels: Zlib.stored(Array(repeating: 0, count: 8 * row))
        )
        .bytes
    }

    /// Returns a black picture in grey. With one bit per pixel the file is an eighth as large.
    package static func black(_ width: Int, _ height: Int, bitDepth: UInt8 = 8) -> [UInt8] {
        // Each row is a filter type and the pixels.
        let rowByteCount = 1 + (width * Int(bitDepth) + 7) / 8
        return PNGFile(
            UInt32(width), UInt32(height), bitDepth: bitDepth, colourType: 0, pixels: Zlib.zeros(rowByteCount * height)
        ).bytes
    }

    /// Returns the picture of ``Samples``, turned as a viewer turns a file of this Exif orientation.
    package static func quarters(turned orientation: Int) -> PNGFile {
        let isTransposed = orientation >= 5
        let (width, height) = isTransposed ? (32, 64) : (64, 32)
        var rows: [UInt8] = []
        for y in 0..<height {
            rows.append(0)
            for x in 0..<width { rows += colour(seenAt: x, y, orientation) }
        }
        return PNGFile(UInt32(width), UInt32(height), colourType: 2, pixels: Zlib.stored(rows))
    }

    /// Returns the colour at a place of the turned picture (Exif 2.32, tag 0x0112).
    private static func colour(seenAt x: Int, _ y: Int, _ orientation: Int) -> [UInt8] {
        let (fileX, fileY) =
            switch orientation {
            case 2: (63 - x, y)
            case 3: (63 - x, 31 - y)
            case 4: (x, 31 - y)
            case 5: (y, x)
            case 6: (y, 31 - x)
            case 7: (63 - y, 31 - x)
            case 8: (63 - y, x)
            default: (x, y)
            }
        return switch (fileX < 32, fileY < 16) {
        case (true, true): [220, 30, 30]
        case (false, true): [30, 180, 40]
        case (true, false): [30, 40, 210]
        case (false, false): [240, 240, 240]
        }
    }

    private mutating func append(_ type: String, _ content: [UInt8]) {
        let checked = Array(type.utf8) + content
        bytes += UInt32(content.count).bigEndianBytes + checked + Self.crc32(checked).bigEndianBytes
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
