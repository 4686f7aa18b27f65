/// PNG as a row of chunks (https://www.w3.org/TR/png-3/, section 5).
enum PNGContainer {
    /// What decoding needs: pixels, palette, transparency, colour, orientation. Text is left out because libpng
    /// inflates it before any limit on pixels: 326 kB of it held libvips up for 20 s.
    private static let needed = Set(
        ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "eXIf"].map { Array($0.utf8) })

    /// The file without the chunks that decoding does not need, and without what follows its end.
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
