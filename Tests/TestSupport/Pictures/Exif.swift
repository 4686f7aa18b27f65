/// Metadata with a camera's name and a place.
package enum Exif {
    /// The camera's name. It must not appear in the variants of a picture.
    package static let secret = "CAMERA-OF-SOMEBODY"

    /// Returns a TIFF block (Exif 2.32) with an orientation, a camera's name and a latitude.
    package static func block(orientation: UInt16) -> [UInt8] {
        let make = Array((secret + "\0").utf8)
        let gpsOffset = UInt32(8 + 2 + 3 * 12 + 4 + make.count)
        var bytes = Array("II".utf8) + UInt16(42).littleEndianBytes + UInt32(8).littleEndianBytes
        bytes += UInt16(3).littleEndianBytes
        bytes += entry(0x010F, type: 2, count: UInt32(make.count), value: UInt32(8 + 2 + 3 * 12 + 4))
        bytes += entry(0x0112, type: 3, count: 1, value: UInt32(orientation))
        bytes += entry(0x8825, type: 4, count: 1, value: gpsOffset)
        bytes += UInt32(0).littleEndianBytes + make
        // GPSLatitudeRef "N", and GPSLatitude with its three fractions after the directory.
        bytes += UInt16(2).littleEndianBytes
        bytes += entry(0x0001, type: 2, count: 2, value: UInt32(UInt8(ascii: "N")))
        bytes += entry(0x0002, type: 5, count: 3, value: gpsOffset + 2 + 2 * 12 + 4)
        bytes += UInt32(0).littleEndianBytes
        for part: UInt32 in [55, 45, 21] { bytes += part.littleEndianBytes + UInt32(1).littleEndianBytes }
        return bytes
    }

    package static let xmp = Array("<x:xmpmeta><exif:GPSLatitude>55,45N</exif:GPSLatitude>\(secret)</x:xmpmeta>".utf8)

    private static func entry(_ tag: UInt16, type: UInt16, count: UInt32, value: UInt32) -> [UInt8] {
        tag.littleEndianBytes + type.littleEndianBytes + count.littleEndianBytes + value.littleEndianBytes
    }
}
