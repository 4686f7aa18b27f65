/// Filters a PNG, which is a sequence of chunks (https://www.w3.org/TR/png-3/, section 5).
enum PNGContainer {
    /// The chunks that decoding needs: pixels, palette, transparency, colour, orientation. Text is left out because
    /// libpng inflates it before it checks any limit on pixels: 326 kB of it took libvips 20 s.
    private static let needed = Set(
        ["IHDR", "PLTE", "IDAT", "tRNS", "iCCP", "sRGB", "gAMA", "cHRM", "eXIf"].map { Array($0.utf8) })
    private static let end: [UInt8] = [0, 0, 0, 0] + Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]

    /// Returns the file without the chunks that decoding does not need, and without the bytes after its end: the
    /// default picture of an animation, which every viewer shows first. A last chunk that is missing or incomplete is
    /// replaced. Any other damaged rest stays as it is.
    static func reduced(_ file: [UInt8]) -> ReducedPicture {
        var result = Array(file.prefix(8))
        result.reserveCapacity(file.count + end.count)
        var offset = 8
        var frames = 0
        var colour = PNGColour()
        while offset + 12 <= file.count {
            let length = Int(bigEndian: file[offset..<offset + 4])
            let type = Array(file[offset + 4..<offset + 8])
            if type == Array("IEND".utf8) { break }
            let next = offset + 12 + length
            guard next <= file.count else {
                return ReducedPicture(result + file[offset...], frames: max(1, frames), colour: colour.colour)
            }
            if needed.contains(type) { result += file[offset..<next] }
            if type == Array("fcTL".utf8) { frames += 1 }
            colour.read(String(decoding: type, as: UTF8.self), file[offset + 8..<next - 4])
            offset = next
        }
        return ReducedPicture(result + end, frames: max(1, frames), colour: colour.colour)
    }
}
