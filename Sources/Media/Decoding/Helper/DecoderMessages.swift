import MediaStoring

/// A request to decode a picture, without the picture's bytes.
struct DecodeRequest {
    private static let formats = PictureFormat.allCases

    let format: PictureFormat
    let variants: [PictureVariant]

    var encoded: [UInt8] {
        var bytes = [UInt8(Self.formats.firstIndex(of: format) ?? 0)]
        for variant in variants {
            bytes.append(variant.fit.rawValue)
            bytes.appendNumber(variant.size)
        }
        return bytes
    }

    init(format: PictureFormat, variants: [PictureVariant]) {
        self.format = format
        self.variants = variants
    }

    /// Decodes a request in the helper process. The names of the variants are not sent: their order identifies them.
    init?(decoding bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard let index = reader.byte().map(Int.init), Self.formats.indices.contains(index) else { return nil }
        var variants: [PictureVariant] = []
        while !reader.isAtEnd {
            guard let fit = reader.byte().flatMap(PictureVariant.Fit.init), let size = reader.number(),
                (1...PictureVariant.maximumSize).contains(size)
            else { return nil }
            variants.append(PictureVariant(name: "\(variants.count)", size: size, fit: fit))
        }
        self.init(format: Self.formats[index], variants: variants)
    }
}

/// The helper process's response to a request.
enum DecodeResponse {
    case decoded(DecodedPicture)
    case failed(MediaFailure)

    /// The frame's payload. The helper reports only failures that the picture causes.
    var encoded: [UInt8] {
        switch self {
        case .decoded(let picture): Self.encoded(picture)
        case .failed(.tooLarge(.pixels(let width, let height))): Self.encoded(width, height)
        case .failed(.corrupt(let detail)):
            [DecoderProtocol.corrupt] + detail.utf8.prefix(DecoderProtocol.corruptTextLimit)
        case .failed: [DecoderProtocol.corrupt]
        }
    }

    private static func encoded(_ picture: DecodedPicture) -> [UInt8] {
        var bytes = [DecoderProtocol.decoded]
        bytes.appendNumber(picture.report.width)
        bytes.appendNumber(picture.report.height)
        bytes.appendNumber(picture.report.frames)
        for variant in picture.variants {
            bytes.appendNumber(variant.width)
            bytes.appendNumber(variant.height)
            bytes.appendCounted(variant.bytes)
            bytes.appendCounted(variant.fallback)
        }
        bytes.appendCounted(picture.report.placeholder)
        let color = picture.report.color
        return bytes + [color.red, color.green, color.blue]
    }

    private static func encoded(_ width: Int, _ height: Int) -> [UInt8] {
        var bytes = [DecoderProtocol.tooLarge]
        bytes.appendNumber(width)
        bytes.appendNumber(height)
        return bytes
    }
}

extension DecodeResponse {
    /// Decodes and validates a response in the parent process.
    /// - Returns: nil if the response cannot belong to the request: the helper must then be replaced.
    init?(checking bytes: [UInt8], for request: DecodeRequest) {
        var reader = FrameReader(bytes)
        switch reader.byte() {
        case DecoderProtocol.decoded:
            guard let picture = Self.picture(&reader, request) else { return nil }
            self = .decoded(picture)
        case DecoderProtocol.tooLarge:
            guard let width = reader.number(), let height = reader.number(), reader.isAtEnd,
                let excess = PictureLimits.excess(width: width, height: height)
            else { return nil }
            self = .failed(.tooLarge(excess))
        case DecoderProtocol.corrupt:
            self = .failed(.corrupt(detail: DecoderProtocol.printable(reader.rest())))
        default: return nil
        }
    }

    private static func picture(_ reader: inout FrameReader, _ request: DecodeRequest) -> DecodedPicture? {
        guard let width = reader.number(), let height = reader.number(), let frames = reader.number(),
            width > 0, height > 0, frames > 0, PictureLimits.excess(width: width, height: height) == nil
        else { return nil }
        var variants: [EncodedPicture] = []
        for variant in request.variants {
            guard let width = reader.number(), let height = reader.number(),
                (1...variant.size).contains(width), (1...variant.size).contains(height),
                let bytes = reader.counted(), MediaKind(sniffing: bytes) == .picture(.webp),
                let fallback = reader.counted(),
                [.picture(.jpeg), .picture(.png)].contains(MediaKind(sniffing: fallback))
            else { return nil }
            variants.append(
                EncodedPicture(variant: variant, width: width, height: height, bytes: bytes, fallback: fallback))
        }
        guard let placeholder = reader.counted(atMost: ThumbHash.maximumByteCount),
            let red = reader.byte(), let green = reader.byte(), let blue = reader.byte(), reader.isAtEnd
        else { return nil }
        let report = PictureReport(
            format: request.format, width: width, height: height, frames: frames, placeholder: placeholder,
            color: PictureColor(red: red, green: green, blue: blue))
        return DecodedPicture(report: report, variants: variants)
    }
}
