import MediaStoring
import TestSupport

extension Samples {
    /// A file of every accepted kind.
    static let accepted: [(name: String, format: PictureFormat, bytes: [UInt8])] = [
        ("a baseline JPEG", .jpeg, jpeg), ("a progressive JPEG", .jpeg, progressiveJPEG),
        ("a CMYK JPEG", .jpeg, cmykJPEG),
        ("a PNG", .png, PNGFile.quarters(turned: 1).bytes), ("a lossy WebP", .webp, webP),
        ("a lossless WebP", .webp, losslessWebP), ("a GIF", .gif, gif), ("an AVIF", .avif, avif),
        ("a HEIC", .heic, heic),
    ]

    /// The lossless sample, three times in a row (RFC 9649, section 2.7.1.1).
    static var animatedWebP: [UInt8] { animatedWebP(frames: 3) }

    /// Returns the lossless sample, several times in a row.
    /// - Parameter canvas: The canvas' width and height, each less one, of three bytes.
    static func animatedWebP(
        frames: Int, canvas: [UInt8] = [63, 0, 0, 31, 0, 0], _ extra: [(type: String, content: [UInt8])] = []
    ) -> [UInt8] {
        let image = Array(WebPFile.assembled([losslessImage])[12...])
        let size: [UInt8] = [63, 0, 0, 31, 0, 0]
        let frame = [0, 0, 0, 0, 0, 0] + size + [100, 0, 0, 0] + image
        let flags: UInt8 = extra.contains { $0.type == "EXIF" } ? 0x0A : 0x02
        return WebPFile.assembled(
            [("VP8X", [flags, 0, 0, 0] + canvas), ("ANIM", [0, 0, 0, 0, 0, 0])]
                + Array(repeating: ("ANMF", frame), count: frames) + extra)
    }

    /// The chunk of the lossless sample that holds the pixels.
    private static var losslessImage: (type: String, content: [UInt8]) {
        WebPFile(losslessWebP).chunks.first { $0.type == "VP8L" } ?? ("VP8L", [])
    }

    /// Returns a lossless WebP with Exif and XMP.
    static func webP(exif: [UInt8], xmp: [UInt8]) -> [UInt8] {
        WebPFile.assembled(
            [("VP8X", [0x0C, 0, 0, 0, 63, 0, 0, 31, 0, 0])] + [losslessImage]
                + [("EXIF", exif), ("XMP ", xmp)])
    }

    /// Returns the baseline JPEG with other dimensions in its frame header.
    static func jpeg(claiming width: UInt16, by height: UInt16) -> [UInt8] {
        var bytes = jpeg
        guard let frame = bytes.indices.dropLast().first(where: { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 }) else {
            return []
        }
        bytes.replaceSubrange(frame + 5..<frame + 9, with: height.bigEndianBytes + width.bigEndianBytes)
        return bytes
    }
}
