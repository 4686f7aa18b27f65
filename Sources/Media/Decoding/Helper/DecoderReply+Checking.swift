import MediaStoring

extension DecoderReply {
    /// - Returns: nil if this is not an honest answer to the order: the helper is then to be replaced.
    init?(checking bytes: [UInt8], for order: DecoderOrder) {
        var reader = FrameReader(bytes)
        switch reader.byte() {
        case DecoderFrames.decoded:
            guard let picture = Self.picture(&reader, order) else { return nil }
            self = .decoded(picture)
        case DecoderFrames.tooLarge:
            guard let width = reader.number(), let height = reader.number(), let frames = reader.number(),
                reader.isAtEnd, let excess = PictureLimits.excess(width: width, height: height, frames: frames)
            else { return nil }
            self = .failed(.tooLarge(excess))
        case DecoderFrames.corrupt:
            self = .failed(.corrupt(detail: Self.printable(reader.rest())))
        default: return nil
        }
    }

    private static func picture(_ reader: inout FrameReader, _ order: DecoderOrder) -> DecodedPicture? {
        guard let width = reader.number(), let height = reader.number(), let frames = reader.number(),
            width > 0, height > 0, frames > 0,
            PictureLimits.excess(width: width, height: height, frames: frames) == nil
        else { return nil }
        var variants: [EncodedPicture] = []
        for variant in order.variants {
            guard let width = reader.number(), let height = reader.number(), let count = reader.number(),
                (1...variant.size).contains(width), (1...variant.size).contains(height),
                let bytes = reader.take(count).map(Array.init),
                MediaKind(sniffing: bytes) == .picture(.webp)
            else { return nil }
            variants.append(EncodedPicture(variant: variant, width: width, height: height, bytes: bytes))
        }
        guard reader.isAtEnd else { return nil }
        let report = PictureReport(format: order.format, width: width, height: height, frames: frames)
        return DecodedPicture(report: report, variants: variants)
    }

    /// Text for a log: one line of printable ASCII.
    private static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        let line = bytes.prefix(DecoderFrames.corruptTextLimit).map { (0x20...0x7E).contains($0) ? $0 : 0x20 }
        return String(decoding: line, as: UTF8.self)
    }
}
