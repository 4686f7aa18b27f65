/// The colours of an AVIF or HEIC, which libheif decodes without looking at them.
enum HEIFColour {
    /// The boxes before the pixels are small.
    private static let searched = 65_536
    private static let box = Array("colrnclx".utf8)

    /// Reads the first `colr` box of type `nclx` (ISO/IEC 14496-12, 12.1.5); nil for sRGB, without such a box, and if
    /// the box leaves the colours unspecified.
    static func colour(of file: [UInt8]) -> PictureColour? {
        guard let place = file.prefix(searched).firstRange(of: box)?.upperBound, place + 4 <= file.count else {
            return nil
        }
        return PictureColour(
            primaries: Int(bigEndian: file[place..<place + 2]), transfer: Int(bigEndian: file[place + 2..<place + 4]))
    }
}
