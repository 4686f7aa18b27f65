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
package struct MPEGFrame: Sendable {
    package static let headerByteCount = 4

    /// Version, layer and sample rate, which all frames of a stream share.
    package let identity: UInt32
    /// The length with the header.
    package let byteCount: Int
    package let sampleRate: Int
    /// Per channel.
    package let samples: Int
    package let channels: Int

    /// - Parameter word: The first four bytes, big-endian.
    package init?(header word: UInt32) {
        let version = Int(word >> 19 & 3)
        let bitRate = Int(word >> 12 & 15)
        let rate = Int(word >> 10 & 3)
        // The free format (bit rate 0) has no length; no browser plays it.
        guard word >> 21 == 0x7FF, word >> 17 & 3 == 1, version != 1, bitRate != 0, bitRate != 15, rate != 3 else {
            return nil
        }
        identity = word & 0xFFFE_0C00
        let isVersion1 = version == 3
        sampleRate = (rate == 0 ? 44_100 : rate == 1 ? 48_000 : 32_000) >> (isVersion1 ? 0 : version == 2 ? 1 : 2)
        samples = isVersion1 ? 1_152 : 576
        channels = word >> 6 & 3 == 3 ? 1 : 2
        let kilobits = isVersion1 ? Self.bitRate1(bitRate) : Self.bitRate2(bitRate)
        byteCount = samples * 125 * kilobits / sampleRate + Int(word >> 9 & 1)
    }

    /// The bit rates of MPEG 1, in steps of 8, 16, 32 and 64 kbit/s above one another.
    private static func bitRate1(_ index: Int) -> Int {
        switch index {
        case 1: 32
        case 2...5: 40 + 8 * (index - 2)
        case 6...9: 80 + 16 * (index - 6)
        case 10...13: 160 + 32 * (index - 10)
        default: 320
        }
    }

    private static func bitRate2(_ index: Int) -> Int {
        index <= 8 ? 8 * index : 64 + 16 * (index - 8)
    }
}

/// The header of a frame of AAC in ADTS (ISO/IEC 13818-7, section 6.2).
package struct ADTSFrame: Sendable {
    package static let headerByteCount = 7

    /// Version, profile and sample rate, which all frames of a stream share.
    package let identity: UInt64
    /// The length with the header.
    package let byteCount: Int
    package let sampleRate: Int
    /// Per channel.
    package let samples: Int

    /// - Parameter word: The first seven bytes, big-endian.
    package init?(header word: UInt64) {
        let rate = Int(word >> 34 & 15)
        guard word >> 44 == 0xFFF, word >> 41 & 3 == 0, rate < Self.sampleRates.count else { return nil }
        identity = word & 0xFF_FEFC_0000_0000
        byteCount = Int(word >> 13 & 0x1FFF)
        sampleRate = Self.sampleRates[rate]
        samples = 1_024 * (Int(word & 3) + 1)
        // Without the flag of absence a checksum of two bytes follows.
        guard byteCount > (word >> 40 & 1 == 0 ? 9 : 7) else { return nil }
    }

    private static let sampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]
}

extension Signature {
    /// The number that the bytes make, big-endian; nil past the end.
    private func number(at offset: Int, _ count: Int) -> UInt64? {
        guard offset + count <= bytes.count else { return nil }
        return bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Whether two frames of one stream of MPEG audio begin the file, as far as the sniffed bytes reach.
    var beginsWithMPEGFrames: Bool {
        guard let frame = mpegFrame(at: 0) else { return false }
        return frame.byteCount + MPEGFrame.headerByteCount > bytes.count
            || mpegFrame(at: frame.byteCount)?.identity == frame.identity
    }

    /// Whether two frames of one ADTS stream begin the file, as far as the sniffed bytes reach.
    var beginsWithADTSFrames: Bool {
        guard let frame = adtsFrame(at: 0) else { return false }
        return frame.byteCount + ADTSFrame.headerByteCount > bytes.count
            || adtsFrame(at: frame.byteCount)?.identity == frame.identity
    }

    private func mpegFrame(at offset: Int) -> MPEGFrame? {
        number(at: offset, MPEGFrame.headerByteCount).flatMap { MPEGFrame(header: UInt32($0)) }
    }

    private func adtsFrame(at offset: Int) -> ADTSFrame? {
        number(at: offset, ADTSFrame.headerByteCount).flatMap { ADTSFrame(header: $0) }
    }
}
