/// A format that is recognised only so that an error message can name it. The raw value completes "This is …".
package enum UnsupportedFormat: String, CaseIterable, Sendable {
    case aiff = "an AIFF recording"
    case asf = "a Windows Media recording"
    case bmp = "a BMP picture"
    case gzip = "a gzip archive"
    case icon = "an icon"
    case jpeg2000 = "a JPEG 2000 picture"
    case jpegXL = "a JPEG XL picture"
    case markup = "an HTML, SVG or XML document"
    case matroska = "a Matroska or WebM recording"
    case mp4 = "an MP4 or QuickTime film"
    case mpegAudio = "an MPEG recording of layer I or II"
    case ogg = "an Ogg recording of neither Vorbis nor Opus"
    case pdf = "a PDF document"
    case photoshop = "a Photoshop document"
    case postScript = "a PostScript document"
    case program = "a program"
    case rf64 = "an RF64 recording"
    case tiff = "a TIFF picture"
    case zip = "a zip archive"
}

extension UnsupportedFormat {
    init?(_ signature: Signature) {
        for (format, pattern) in Self.prefixes where signature.has(pattern) {
            self = format
            return
        }
        if signature.has("RF64") || signature.has("BW64"), signature.has("WAVE", at: 8) {
            self = .rf64
        } else if signature.has("FORM"), signature.has("AIFF", at: 8) || signature.has("AIFC", at: 8) {
            self = .aiff
        } else if signature.has("ftyp", at: 4) {
            self = .mp4
        } else if signature.firstCharacter == UInt8(ascii: "<") {
            self = .markup
        } else if Self.isMPEGAudio(signature) {
            self = .mpegAudio
        } else {
            return nil
        }
    }

    private static let prefixes: [(UnsupportedFormat, [UInt8])] = [
        (.pdf, Array("%PDF-".utf8)), (.postScript, Array("%!PS".utf8)), (.photoshop, Array("8BPS".utf8)),
        (.tiff, [0x49, 0x49, 0x2A, 0]), (.tiff, [0x4D, 0x4D, 0, 0x2A]),
        (.tiff, [0x49, 0x49, 0x2B, 0]), (.tiff, [0x4D, 0x4D, 0, 0x2B]),
        (.bmp, Array("BM".utf8)), (.icon, [0, 0, 1, 0]), (.icon, [0, 0, 2, 0]),
        (.jpegXL, [0xFF, 0x0A]), (.jpegXL, [0, 0, 0, 0x0C] + Array("JXL ".utf8)),
        (.jpeg2000, [0, 0, 0, 0x0C] + Array("jP  ".utf8)), (.jpeg2000, [0xFF, 0x4F, 0xFF, 0x51]),
        (.zip, [0x50, 0x4B, 3, 4]), (.zip, [0x50, 0x4B, 5, 6]), (.gzip, [0x1F, 0x8B]),
        (.program, [0x7F, 0x45, 0x4C, 0x46]), (.program, Array("MZ".utf8)), (.program, Array("#!".utf8)),
        (.ogg, Array("OggS".utf8)), (.matroska, [0x1A, 0x45, 0xDF, 0xA3]), (.asf, [0x30, 0x26, 0xB2, 0x75]),
    ]

    /// The header of a frame of layer I or II (ISO/IEC 11172-3, section 2.4.2.3).
    private static func isMPEGAudio(_ signature: Signature) -> Bool {
        guard signature.byte(0) == 0xFF, let second = signature.byte(1), let third = signature.byte(2) else {
            return false
        }
        return second & 0xE0 == 0xE0 && second & 0x18 != 0x08 && second & 0x04 != 0 && third >> 4 != 15
            && third & 0x0C != 0x0C
    }
}
