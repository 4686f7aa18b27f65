import TestSupport

/// ICC profiles (ICC.1:2022), as small as they can be.
enum Profile {
    /// Display P3: the primaries, adapted to D50, and the curve of sRGB.
    static let displayP3 = assembled(
        version: 4, space: "RGB ", connection: "XYZ ",
        [
            ("wtpt", xyz(0.9642, 1, 0.8249)), ("rXYZ", xyz(0.51512, 0.2412, -0.00105)),
            ("gXYZ", xyz(0.29198, 0.69225, 0.04189)), ("bXYZ", xyz(0.1571, 0.06657, 0.78407)),
            ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ])

    /// A printer whose ink for cyan is green, and whose other inks are black.
    static let greenInk = assembled(
        version: 2, space: "CMYK", connection: "Lab ",
        [("wtpt", xyz(0.9642, 1, 0.8249)), ("A2B0", table), ("A2B1", table)])

    private static let curve: [UInt8] =
        Array("para".utf8) + [0, 0, 0, 0, 0, 3, 0, 0]
        + [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].flatMap(fixed)

    /// A table of two steps for each ink (10.10, `lut8Type`). Lab in bytes: lightness of 255, a and b from 128.
    private static var table: [UInt8] {
        var bytes = Array("mft1".utf8) + [0, 0, 0, 0, 4, 3, 2, 0]
        for index in 0..<9 { bytes += fixed(index % 4 == 0 ? 1 : 0) }
        for _ in 0..<4 { bytes += (0...255).map { UInt8($0) } }
        for inks in 0..<16 {
            switch inks {
            case 0: bytes += [255, 128, 128]
            // The first ink changes most slowly. This is sRGB (0, 128, 0).
            case 8: bytes += [118, 77, 178]
            default: bytes += [0, 128, 128]
            }
        }
        for _ in 0..<3 { bytes += (0...255).map { UInt8($0) } }
        return bytes
    }

    private static func xyz(_ x: Double, _ y: Double, _ z: Double) -> [UInt8] {
        Array("XYZ ".utf8) + [0, 0, 0, 0] + fixed(x) + fixed(y) + fixed(z)
    }

    private static func fixed(_ number: Double) -> [UInt8] {
        Int32((number * 65_536).rounded()).bigEndianBytes
    }

    private static func assembled(
        version: UInt8, space: String, connection: String, _ tags: [(String, [UInt8])]
    ) -> [UInt8] {
        let text = Array("desc".utf8) + [0, 0, 0, 0, 0, 0, 0, 2] + Array("p\0".utf8) + Array(repeating: 0, count: 78)
        let rights = Array("text".utf8) + [0, 0, 0, 0] + Array("free\0".utf8)
        let tags = [("desc", text), ("cprt", rights)] + tags
        var directory = UInt32(tags.count).bigEndianBytes
        var content: [UInt8] = []
        let start = 128 + 4 + 12 * tags.count
        for (name, bytes) in tags {
            directory += Array(name.utf8) + UInt32(start + content.count).bigEndianBytes
            directory += UInt32(bytes.count).bigEndianBytes
            content += bytes + Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
        }
        var header = [UInt8](repeating: 0, count: 128)
        header.replaceSubrange(0..<4, with: UInt32(start + content.count).bigEndianBytes)
        header[8] = version
        for (offset, text) in [(12, space == "CMYK" ? "prtr" : "mntr"), (16, space), (20, connection), (36, "acsp")] {
            header.replaceSubrange(offset..<offset + 4, with: text.utf8)
        }
        header.replaceSubrange(68..<80, with: fixed(0.9642) + fixed(1) + fixed(0.8249))
        return header + directory + content
    }
}
