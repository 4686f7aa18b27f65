/// Filters a WebP, which is a sequence of chunks (RFC 9649, section 2).
enum WebPContainer {
    private static let metadata = Set(["EXIF", "XMP ", "ICCP"].map { Array($0.utf8) })
    /// The bits of VP8X that announce these three: 0x08, 0x04 and 0x20.
    private static let metadataFlags: UInt8 = 0x2C
    /// The chunks that decoding needs, each once.
    private static let needed = Set(
        ["VP8X", "ICCP", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L", "EXIF"].map { Array($0.utf8) })
    private static let frame = Array("ANMF".utf8)

    /// Returns the file with its first frame only, and without chunks that decoding does not need: libwebp reads the
    /// headers of all frames in quadratic time. A damaged file stays as it is.
    static func reduced(_ file: [UInt8]) -> ReducedPicture {
        guard file.count >= 12 else { return ReducedPicture(file, frames: 1) }
        var result = Array(file.prefix(12))
        result.reserveCapacity(file.count)
        var seen: Set<[UInt8]> = []
        var frames = 0
        let end = min(file.count, 8 + Int(littleEndian: file[4..<8]))
        var offset = 12
        while offset + 8 <= end {
            let type = Array(file[offset..<offset + 4])
            let next = offset + 8 + Int(littleEndian: file[offset + 4..<offset + 8])
            guard next <= file.count else {
                // Every viewer shows the first frame of an animation whose later ones are missing.
                if frames > 0 { break }
                return ReducedPicture(file, frames: 1)
            }
            if type == frame { frames += 1 }
            if needed.contains(type), seen.insert(type).inserted {
                result += file[offset..<next]
                if next % 2 == 1 { result.append(0) }
            }
            offset = next + next % 2
        }
        return ReducedPicture(sized(result), frames: max(1, frames))
    }

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
        return sized(result)
    }

    /// Returns the file with its own size in its header.
    private static func sized(_ file: [UInt8]) -> [UInt8] {
        var result = file
        let size = UInt32(result.count - 8)
        for index in 0..<4 { result[4 + index] = UInt8(truncatingIfNeeded: size >> (8 * index)) }
        return result
    }
}
