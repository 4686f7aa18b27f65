import Foundation

/// Small files to upload. The pictures show a red, a green, a blue and a white quarter.
enum Picture {
    /// 64 x 32 pixels.
    static let jpeg = bytes(
        """
        /9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBD
        AQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAgAEAD
        ASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAYHCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAZAQEAAwEBAAAAAAAAAAAA
        AAAABgcIBAX/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCIARpdoACrAcLJIADKwGlkzAAd6gKcesAA/9k=
        """)

    /// 32 x 64 pixels.
    static let tallJPEG = bytes(
        """
        /9j/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBD
        AQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCABAACAD
        ASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAgGB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAXAQEBAQEAAAAAAAAAAAAA
        AAAIBwYF/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8A4+AsbktSAO5BssARA+NSAO5BrMAaVEkvAMYmyoQGzUlL
        wDGJs//Z
        """)

    /// A GIF of 1 x 1 pixel.
    static let gif = bytes("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")

    /// A JPEG that says which camera made it and where (Exif 2.32), in two ways, and has a comment.
    static var revealingJPEG: [UInt8] {
        let comment = Array(secret.utf8)
        let xmp = Array("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>55,45N \(secret)".utf8)
        let segments: [(marker: UInt8, content: [UInt8])] = [
            (0xE1, Array("Exif\0\0".utf8) + exif), (0xE1, xmp), (0xFE, comment),
        ]
        return Array(jpeg.prefix(2))
            + segments.flatMap { [0xFF, $0.marker] + bigEndian(UInt16($0.content.count + 2)) + $0.content }
            + jpeg[2...]
    }

    /// Appears in a ``revealingJPEG`` three times.
    static let secret = "CAMERA-OF-SOMEBODY"

    /// A JPEG of so many bytes, of which the last mean nothing.
    static func jpeg(byteCount: Int) -> [UInt8] {
        jpeg + Array(repeating: 0, count: byteCount - jpeg.count)
    }

    /// A PNG (RFC 2083) all in black.
    static func png(_ width: Int, _ height: Int) -> [UInt8] {
        // One bit for each pixel, and a filter type before each row.
        png(
            UInt32(width), UInt32(height), bitDepth: 1, colourType: 0,
            pixels: Zlib.zeros(height * (1 + (width + 7) / 8)))
    }

    /// A PNG whose header promises so many pixels, and that has hardly any.
    static func png(claiming width: UInt32, by height: UInt32) -> [UInt8] {
        png(width, height, bitDepth: 8, colourType: 2, pixels: Zlib.zeros(1))
    }

    private static func png(
        _ width: UInt32, _ height: UInt32, bitDepth: UInt8, colourType: UInt8, pixels: [UInt8]
    ) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", bigEndian(width) + bigEndian(height) + [bitDepth, colourType, 0, 0, 0])
            + chunk("IDAT", pixels) + chunk("IEND", [])
    }

    /// A TIFF block with a camera's name and a latitude of 55 degrees 45 minutes 21 seconds north.
    private static var exif: [UInt8] {
        let make = Array((secret + "\0").utf8)
        let makeOffset: UInt32 = 8 + 2 + 2 * 12 + 4
        let placeOffset = makeOffset + UInt32(make.count)
        let header = Array("II".utf8) + littleEndian(UInt16(42)) + littleEndian(UInt32(8))
        let main =
            littleEndian(UInt16(2)) + field(0x010F, type: 2, count: UInt32(make.count), value: makeOffset)
            + field(0x8825, type: 4, count: 1, value: placeOffset) + littleEndian(UInt32(0)) + make
        let place =
            littleEndian(UInt16(2)) + field(0x0001, type: 2, count: 2, value: UInt32(UInt8(ascii: "N")))
            + field(0x0002, type: 5, count: 3, value: placeOffset + 2 + 2 * 12 + 4) + littleEndian(UInt32(0))
        let latitude = [UInt32(55), 45, 21].flatMap { littleEndian($0) + littleEndian(UInt32(1)) }
        return header + main + place + latitude
    }

    private static func field(_ tag: UInt16, type: UInt16, count: UInt32, value: UInt32) -> [UInt8] {
        littleEndian(tag) + littleEndian(type) + littleEndian(count) + littleEndian(value)
    }

    private static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let checked = Array(type.utf8) + content
        let checksum = checked.reduce(~UInt32(0)) { checksum, byte in
            (0..<8).reduce(checksum ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? 0xEDB8_8320 ^ rest >> 1 : rest >> 1 }
        }
        return bigEndian(UInt32(content.count)) + checked + bigEndian(~checksum)
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func bytes(_ base64: String) -> [UInt8] {
        Array(Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
    }
}
