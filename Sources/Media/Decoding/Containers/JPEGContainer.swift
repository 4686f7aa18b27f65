import Glibc

/// Filters a JPEG, which is a sequence of segments (ITU-T T.81, annex B).
enum JPEGContainer {
    /// The most scans that are decoded. Encoders write about twenty at most; each costs a pass over the whole picture.
    static let maximumScans = 100

    private static let startOfScan: UInt8 = 0xDA
    private static let endOfImage: UInt8 = 0xD9

    /// Returns the file without comments, without application data that decoding does not need, and without what
    /// follows the end of the image: Motion Photos have a film there.
    ///
    /// Segments are found as libjpeg finds them: any number of fill bytes before a marker and bytes that belong to no
    /// segment are skipped, and only scans have data between two markers. A damaged rest stays as it is.
    /// - Throws: ``MediaFailure/corrupt(detail:)`` if the image has more than ``maximumScans``.
    static func reduced(_ file: [UInt8]) throws(MediaFailure) -> ReducedPicture {
        guard file.count > 2 else { return ReducedPicture(file) }
        var result = Array(file.prefix(2))
        result.reserveCapacity(file.count)
        var offset = 2
        var scans = JPEGScans()
        var hasOrientation = false
        while let found = nextMarker(in: file, from: offset) {
            if scans.count > 0 { result += file[offset..<found] }
            let marker = file[found + 1]
            offset = found + 2
            switch marker {
            case endOfImage:
                return ReducedPicture(result + [0xFF, endOfImage])
            case 0x01, 0xD0...0xD8:
                // Markers without a segment. Restart markers belong to the data of a scan.
                result += file[found..<offset]
            default:
                guard offset + 2 <= file.count else { return ReducedPicture(result + file[found...]) }
                let end = offset + max(2, Int(bigEndian: file[offset..<offset + 2]))
                guard end <= file.count else { return ReducedPicture(result + file[found...]) }
                let content = file[offset + 2..<end]
                if JPEGScans.isFrame(marker) { scans.addFrame(content) }
                if marker == startOfScan { scans.addScan(content) }
                guard scans.count <= maximumScans else { throw .corrupt(detail: "more than \(maximumScans) scans") }
                let isExif = marker == 0xE1 && starts("Exif\0\0", content)
                if !isExif || !hasOrientation, isNeeded(marker, content) { result += file[found..<end] }
                hasOrientation = hasOrientation || isExif
                offset = end
            }
        }
        let rest = result + file[offset...]
        return scans.areComplete ? ReducedPicture(ended(rest), lacksEnd: true) : ReducedPicture(rest)
    }

    /// Returns the offset of the last fill byte before the next marker (B.1.1.2); nil if there is none.
    private static func nextMarker(in file: [UInt8], from offset: Int) -> Int? {
        file.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var offset = offset
            while offset < buffer.count, let found = memchr(start + offset, 0xFF, buffer.count - offset) {
                offset = UnsafeRawPointer(start).distance(to: UnsafeRawPointer(found)) + 1
                guard offset < buffer.count else { return nil }
                // Zero is a data byte of value 0xFF.
                if buffer[offset] != 0xFF, buffer[offset] != 0 { return offset - 1 }
            }
            return nil
        }
    }

    /// Returns a file with the marker of its end, which it lacks or of which it has the first byte.
    private static func ended(_ file: [UInt8]) -> [UInt8] {
        var result = file
        while result.last == 0xFF { result.removeLast() }
        return result + [0xFF, endOfImage]
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
