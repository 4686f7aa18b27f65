/// The type of a file by its first bytes. The name and the type that a client sends are ignored.
package enum MediaKind: Hashable, Sendable {
    case picture(PictureFormat)
    case audio(AudioFormat)
    /// A known format that is neither an accepted picture nor accepted audio.
    case unsupported(UnsupportedFormat)
    case unknown

    /// The number of first bytes that are enough to recognise a file.
    package static let sniffedByteCount = 512

    /// Recognises a file by its first ``sniffedByteCount`` bytes, or by all of them if it is shorter.
    ///
    /// Strict: a signature alone is not enough where the format defines what must follow it. Sources: the
    /// specifications of the formats, and https://mimesniff.spec.whatwg.org for the patterns of unsupported ones.
    package init(sniffing bytes: [UInt8]) {
        let signature = Signature(bytes: Array(bytes.prefix(Self.sniffedByteCount)))
        if let picture = PictureFormat(signature) {
            self = .picture(picture)
        } else if let audio = AudioFormat(signature) {
            self = .audio(audio)
        } else if let unsupported = UnsupportedFormat(signature) {
            self = .unsupported(unsupported)
        } else {
            self = .unknown
        }
    }

    /// The format of an accepted picture; nil for any other file.
    package var pictureFormat: PictureFormat? {
        guard case .picture(let format) = self else { return nil }
        return format
    }

    /// The format of accepted audio; nil for any other file.
    package var audioFormat: AudioFormat? {
        guard case .audio(let format) = self else { return nil }
        return format
    }
}

/// The first bytes of a file, compared by position. A position past the end matches nothing.
struct Signature {
    let bytes: [UInt8]

    func byte(_ offset: Int) -> UInt8? {
        offset < bytes.count ? bytes[offset] : nil
    }

    func has(_ pattern: [UInt8], at offset: Int = 0) -> Bool {
        guard offset + pattern.count <= bytes.count else { return false }
        return pattern.indices.allSatisfy { bytes[offset + $0] == pattern[$0] }
    }

    func has(_ text: String, at offset: Int = 0) -> Bool {
        has(Array(text.utf8), at: offset)
    }

    /// The brands of an ISO base media file (ISO/IEC 14496-12, box `ftyp`): the major one first, then the
    /// compatible ones; empty for anything else.
    var brands: [String] {
        guard has("ftyp", at: 4), has([0, 0], at: 0), let high = byte(2), let low = byte(3) else { return [] }
        let end = min(Int(high) << 8 | Int(low), bytes.count)
        guard end >= 12 else { return [] }
        let offsets = [8] + stride(from: 16, through: end - 4, by: 4)
        return offsets.map { offset in String(decoding: (0..<4).map { bytes[offset + $0] }, as: UTF8.self) }
    }

    /// The first byte that is not white space, after a byte order mark.
    var firstCharacter: UInt8? {
        var offset = has([0xEF, 0xBB, 0xBF]) ? 3 : 0
        while let byte = byte(offset), [0x09, 0x0A, 0x0C, 0x0D, 0x20].contains(byte) { offset += 1 }
        return byte(offset)
    }
}
