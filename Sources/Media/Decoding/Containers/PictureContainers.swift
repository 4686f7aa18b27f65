import Glibc

/// Filters a JPEG, which is a sequence of segments (ITU-T T.81, annex B).
enum JPEGContainer {
    /// The most scans that are decoded. Encoders write about twenty at most; each costs a pass over the whole picture.
    static let maximumScans = 100

    private static let startOfScan: UInt8 = 0xDA
    private static let endOfImage: UInt8 = 0xD9

    /// Returns the file without comments and without application data that decoding does not need: libvips makes a
    /// field of the picture for each, and a file can hold millions. A damaged rest stays as it is.
    static func reduced(_ file: [UInt8]) -> [UInt8] {
        var result = Array(file.prefix(2))
        result.reserveCapacity(file.count)
        var offset = 2
        var hasOrientation = false
        while offset + 4 <= file.count, file[offset] == 0xFF {
            let marker = file[offset + 1]
            if marker == 0xFF {
                offset += 1
                continue
            }
            let end = offset + 2 + Int(bigEndian: file[offset + 2..<offset + 4])
            guard marker != startOfScan, marker != endOfImage, end <= file.count, end >= offset + 4 else { break }
            let isExif = marker == 0xE1 && starts("Exif\0\0", file[offset + 4..<end])
            if !isExif || !hasOrientation, isNeeded(marker, file[offset + 4..<end]) { result += file[offset..<end] }
            hasOrientation = hasOrientation || isExif
            offset = end
        }
        return result + file[offset...]
    }

    /// Returns the number of scans in the file, counted up to one more than the maximum.
    static func scanCount(_ file: [UInt8]) -> Int {
        file.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            var (offset, scans) = (0, 0)
            while scans <= maximumScans, let found = memchr(start + offset, 0xFF, buffer.count - offset) {
                let marker = UnsafeRawPointer(start).distance(to: UnsafeRawPointer(found)) + 1
                guard marker < buffer.count else { break }
                if buffer[marker] == startOfScan { scans += 1 }
                offset = marker
            }
            return scans
        }
    }

    /// Returns whether decoding needs the segment: tables, frames, and of the application data JFIF, Exif (for the
    /// orientation), the ICC profile and Adobe's segment (for the colour space).
    private static func isNeeded(_ marker: UInt8, _ content: ArraySlice<UInt8>) -> Bool {
        switch marker {
        case 0xE0: starts("JFIF\0", content)
        case 0xE1: starts("Exif\0\0", content)
        case 0xE2: starts("ICC_PROFILE\0", content)
        case 0xEE: starts("Adobe", content)
        case 0xE0...0xEF, 0xFE: false
        default: true
        }
    }

    private static func starts(_ text: String, _ content: ArraySlice<UInt8>) -> Bool {
        content.starts(with: text.utf8)
    }
}

/// Filters a PNG, which is a sequence of chunks (https://www.w3.org/TR/png-3/, section 5).
enum PNGContainer {
    /// The chunks that decoding needs: pixels, palette, transparency, colour, orientation. Text is left out because
    /// libpng inflates it before it checks any limit on pixels: 326 kB of it took libvips 20 s.
    private static let needed = Set(
        ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "eXIf"].map { Array($0.utf8) })

    /// Returns the file without the chunks that decoding does not need, and without the bytes after its end.
    /// A damaged rest stays as it is.
    static func reduced(_ file: [UInt8]) -> [UInt8] {
        var result = Array(file.prefix(8))
        result.reserveCapacity(file.count)
        var offset = 8
        while offset + 12 <= file.count {
            let length = Int(bigEndian: file[offset..<offset + 4])
            let type = Array(file[offset + 4..<offset + 8])
            let end = offset + 12 + length
            guard end <= file.count else { return result + file[offset...] }
            if needed.contains(type) { result += file[offset..<end] }
            if type == Array("IEND".utf8) { return result }
            offset = end
        }
        return result + file[offset...]
    }
}

/// Filters a WebP, which is a sequence of chunks (RFC 9649, section 2).
enum WebPContainer {
    private static let metadata = Set(["EXIF", "XMP ", "ICCP"].map { Array($0.utf8) })
    /// The bits of VP8X that announce these three: 0x08, 0x04 and 0x20.
    private static let metadataFlags: UInt8 = 0x2C

    /// Returns the file without metadata: libvips 8.14.1 keeps some of it even when its `strip` option is set.
    static func stripped(_ file: [UInt8]) -> [UInt8] {
        var result = Array(file.prefix(12))
        result.reserveCapacity(file.count)
        var offset = 12
        while offset + 8 <= file.count {
            let type = Array(file[offset..<offset + 4])
            let length = Int(littleEndian: file[offset + 4..<offset + 8])
            let end = min(file.count, offset + 8 + length + length % 2)
            if !metadata.contains(type) {
                let flags = result.count + 8
                result += file[offset..<end]
                if type == Array("VP8X".utf8), flags < result.count { result[flags] &= ~metadataFlags }
            }
            offset = end
        }
        let size = UInt32(result.count - 8)
        for index in 0..<4 { result[4 + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
        return result
    }
}

extension Int {
    /// Reads an unsigned number of up to seven bytes, the most significant first.
    init(bigEndian bytes: some Collection<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Reads an unsigned number of up to seven bytes, the least significant first.
    init(littleEndian bytes: some BidirectionalCollection<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
