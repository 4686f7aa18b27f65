import MediaStoring

/// What the parent asks for, apart from the picture's bytes.
struct DecoderOrder {
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

    /// The helper does not learn the names of the variants: their order says which is which.
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
