/// The picture formats that the product accepts.
package enum PictureFormat: String, CaseIterable, Sendable {
    case jpeg
    case png
    case webp
    case gif
    case avif
    case heic

    /// The value of `Content-Type`.
    package var mimeType: String { "image/\(rawValue)" }

    /// The usual extension of a file's name, without the dot.
    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}

extension PictureFormat {
    /// Parses names with commas between them; nil if one is unknown, and for none.
    package static func set(_ text: String) -> Set<PictureFormat>? {
        var formats: Set<PictureFormat> = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let format = PictureFormat(rawValue: name.filter { $0 != " " }.lowercased()) else { return nil }
            formats.insert(format)
        }
        return formats
    }

    /// The name for people.
    package var name: String {
        switch self {
        case .jpeg, .png, .gif, .avif, .heic: rawValue.uppercased()
        case .webp: "WebP"
        }
    }

    init?(_ signature: Signature) {
        if signature.has([0xFF, 0xD8, 0xFF]), Self.startsJPEG(signature.bytes[3...]) {
            self = .jpeg
        } else if signature.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]),
            signature.has("IHDR", at: 12)
        {
            self = .png
        } else if signature.has("RIFF"),
            ["WEBPVP8 ", "WEBPVP8L", "WEBPVP8X"].contains(where: { signature.has($0, at: 8) })
        {
            self = .webp
        } else if signature.has("GIF87a") || signature.has("GIF89a") {
            self = .gif
        } else if let format = Self.ofBrands(signature.brands) {
            self = format
        } else {
            return nil
        }
    }

    /// Whether the bytes after the 0xFF that follows SOI are a marker: of a frame, tables, restart interval,
    /// application data or a comment. Any number of fill bytes may precede it (ITU-T T.81, B.1.1.2), more than are
    /// sniffed included.
    private static func startsJPEG(_ bytes: ArraySlice<UInt8>) -> Bool {
        switch bytes.first(where: { $0 != 0xFF }) {
        case .some(0xC0...0xCF), .some(0xDB), .some(0xDD), .some(0xE0...0xEF), .some(0xFE): true
        case .some: false
        case nil: bytes.count == MediaKind.sniffedByteCount - 3
        }
    }

    /// AVIF: https://aomediacodec.github.io/av1-avif. HEIC: ISO/IEC 23008-12, annex B. `mif1` and `msf1` mean only a
    /// picture or a sequence of unknown codec: the compatible brands then name the codec.
    private static func ofBrands(_ brands: [String]) -> PictureFormat? {
        let avif: Set = ["avif", "avis"]
        let heic: Set = ["heic", "heix", "heim", "heis", "hevc", "hevx"]
        guard let major = brands.first else { return nil }
        if avif.contains(major) { return .avif }
        if heic.contains(major) { return .heic }
        guard major == "mif1" || major == "msf1" else { return nil }
        if brands.contains(where: avif.contains) { return .avif }
        if brands.contains(where: heic.contains) { return .heic }
        return nil
    }
}
