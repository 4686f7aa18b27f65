import Glibc

/// JPEG as a row of segments (ITU-T T.81, annex B).
enum JPEGContainer {
    /// Encoders write at most about twenty scans; each costs a pass over the whole picture.
    static let maximumScans = 100

    private static let startOfScan: UInt8 = 0xDA
    private static let endOfImage: UInt8 = 0xD9

    /// The file without comments and without application data that decoding does not need.
    /// Millions of small ones would each become a field of the picture. A damaged rest stays as it is.
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

    /// How many scans the file announces, counted up to one more than the maximum.
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

    /// Tables and frames; of the application data JFIF, Exif (for the orientation), the ICC profile and Adobe's
    /// segment (for the colour space).
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
