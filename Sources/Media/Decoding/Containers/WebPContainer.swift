/// WebP as a row of chunks (RFC 9649, section 2).
enum WebPContainer {
    private static let metadata = Set(["EXIF", "XMP ", "ICCP"].map { Array($0.utf8) })
    /// The bits of VP8X that announce these three: 0x08, 0x04 and 0x20.
    private static let metadataFlags: UInt8 = 0x2C

    /// The file without metadata. libvips 8.14.1 keeps some of it even where it is told to strip.
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
