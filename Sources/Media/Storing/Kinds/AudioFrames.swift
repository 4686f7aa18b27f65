/// The header of an ID3v2 tag (https://id3.org/id3v2.4.0-structure, section 3.1).
package struct ID3Tag: Equatable, Sendable {
    /// The length of a header or footer.
    package static let headerByteCount = 10

    /// The length of the whole tag, with header and footer.
    package let byteCount: Int

    /// - Parameter bytes: The bytes from the beginning of the tag, at least ``headerByteCount``.
    package init?(header bytes: [UInt8]) {
        self.init(Signature(bytes: bytes))
    }

    init?(_ signature: Signature) {
        guard signature.has("ID3"), let version = signature.byte(3), (2...4).contains(version),
            let revision = signature.byte(4), revision != 0xFF, let flags = signature.byte(5)
        else { return nil }
        let size = (6..<10).compactMap(signature.byte)
        guard size.count == 4, size.allSatisfy({ $0 < 0x80 }) else { return nil }
        let hasFooter = version == 4 && flags & 0x10 != 0
        byteCount =
            Self.headerByteCount + size.reduce(0) { $0 << 7 | Int($1) } + (hasFooter ? Self.headerByteCount : 0)
    }
}

/// The header of a frame of MPEG audio, layer III (ISO/IEC 11172-3 and 13818-3, section 2.4.2.3; MPEG 2.5 as LAME
/// writes it).
struct MPEGFrame {
    /// Version, layer and sample rate, which all frames of a stream share.
    private let identity: [UInt8]
    let byteCount: Int

    init?(_ signature: Signature, at offset: Int = 0) {
        guard signature.byte(offset) == 0xFF, let second = signature.byte(offset + 1),
            let third = signature.byte(offset + 2), signature.byte(offset + 3) != nil
        else { return nil }
        let version = Int(second >> 3 & 3)
        let bitRate = Int(third >> 4)
        let rate = Int(third >> 2 & 3)
        // The free format (bit rate 0) has no length; no browser plays it.
        guard second & 0xE0 == 0xE0, second & 0x06 == 0x02, version != 1, (1...14).contains(bitRate), rate != 3 else {
            return nil
        }
        identity = [second & 0xFE, third & 0x0C]
        let isVersion1 = version == 3
        let kilobits = (isVersion1 ? Self.bitRates1 : Self.bitRates2)[bitRate - 1]
        let sampleRate = [44_100, 48_000, 32_000][rate] >> (isVersion1 ? 0 : version == 2 ? 1 : 2)
        byteCount = (isVersion1 ? 144_000 : 72_000) * kilobits / sampleRate + Int(third >> 1 & 1)
    }

    /// Whether a frame of the same stream follows, as far as the sniffed bytes reach.
    func isFollowed(in signature: Signature) -> Bool {
        guard byteCount + 4 <= signature.bytes.count else { return true }
        return MPEGFrame(signature, at: byteCount)?.identity == identity
    }

    private static let bitRates1 = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    private static let bitRates2 = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
}

/// The header of a frame of AAC in ADTS (ISO/IEC 13818-7, section 6.2).
struct ADTSFrame {
    private let identity: [UInt8]
    let byteCount: Int

    init?(_ signature: Signature, at offset: Int = 0) {
        let header = (offset..<offset + 7).compactMap(signature.byte)
        guard header.count == 7, header[0] == 0xFF, header[1] & 0xF6 == 0xF0, header[2] >> 2 & 0x0F < 13 else {
            return nil
        }
        identity = [header[1] & 0xFE, header[2] & 0xFC]
        byteCount = Int(header[3] & 3) << 11 | Int(header[4]) << 3 | Int(header[5] >> 5)
        guard byteCount > (header[1] & 1 == 0 ? 9 : 7) else { return nil }
    }

    /// Whether a frame of the same stream follows, as far as the sniffed bytes reach.
    func isFollowed(in signature: Signature) -> Bool {
        guard byteCount + 7 <= signature.bytes.count else { return true }
        return ADTSFrame(signature, at: byteCount)?.identity == identity
    }
}
