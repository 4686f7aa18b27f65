internal import CVips
import MediaStoring

/// Makes the variants of a picture. Runs only in the helper process.
///
/// The file is decoded once, as small as the largest variant allows; all variants are derived from that image.
enum PictureProcessor {
    static func decode(
        _ file: [UInt8], as format: PictureFormat, into variants: [PictureVariant]
    ) throws(MediaFailure) -> DecodedPicture {
        let reduced = try ReducedPicture(file, format)
        _ = VipsRuntime.takeError()
        return try reduced.bytes.span.withUnsafeBytes { bytes throws(MediaFailure) in
            let source = PictureSource(
                bytes: bytes, format: format, colour: reduced.colour, refusesWarnings: reduced.lacksEnd)
            return try decode(source, frames: reduced.frames, into: variants)
        }
    }

    private static func decode(
        _ source: PictureSource, frames: Int?, into variants: [PictureVariant]
    ) throws(MediaFailure) -> DecodedPicture {
        let header = try source.image(shrunkBy: 1)
        let frames = frames ?? header.frames
        if let excess = PictureLimits.excess(width: header.width, height: header.height) { throw .tooLarge(excess) }
        let isTransposed = header.orientation >= 5
        let (width, height) = isTransposed ? (header.height, header.width) : (header.width, header.height)
        let scale = PictureGeometry.commonScale(for: variants, width: width, height: height)
        let base =
            try source.shrinks(by: 1 / scale)
            ? shown(source.image(shrunkBy: 1 / scale), source, header.width, header.height, scale)
            : shown(header, source, header.width, header.height, scale)
        if source.refusesWarnings {
            // Only this picture is decoded in the process, and its loader leaves its warnings here.
            let warning = VipsRuntime.takeError()
            guard warning.isEmpty else { throw .corrupt(detail: warning) }
        }
        let grid = try base.withPixels { pixels throws(MediaFailure) in
            PixelGrid(pixels, width: base.width, height: base.height, bands: base.bands)
        }
        let report = PictureReport(
            format: source.format, width: width, height: height, frames: frames,
            placeholder: ThumbHash.encode(grid), color: grid.dominantColor)
        return DecodedPicture(report: report, variants: try VariantMaker(base).make(variants))
    }

    /// Decodes, shrinks, converts to sRGB and turns upright. The file is read once, from its begin to its end.
    /// - Parameters:
    ///   - width: Of the file, before it is turned.
    ///   - scale: At most 1.
    private static func shown(
        _ image: borrowing RasterImage, _ source: PictureSource, _ width: Int, _ height: Int, _ scale: Double
    ) throws(MediaFailure) -> RasterImage {
        let size = PictureGeometry.scaled(width, height, by: scale)
        let picture = try image.resized(size.width, size.height).inSRGB(source.colour).inMemory().withoutOpaqueAlpha()
        return image.orientation == 1 ? picture : try picture.oriented(as: image.orientation).upright().inMemory()
    }
}

/// An uploaded file and its loader. The buffer must outlive every image made from it.
struct PictureSource {
    let bytes: UnsafeRawBufferPointer
    let format: PictureFormat
    /// What the pixels mean, if the loader does not know it.
    let colour: PictureColour?
    /// Whether a warning fails the decoding, as for a JPEG whose end was added: data that end early cause only a
    /// warning.
    let refusesWarnings: Bool

    /// Returns the picture, shrunk by its loader as far as the loader can without exceeding the ratio, which is at
    /// least 1. The caller shrinks the rest.
    func image(shrunkBy ratio: Double) throws(MediaFailure) -> RasterImage {
        switch format {
        case .jpeg:
            let shrink = [8, 4, 2].first { Double($0) <= ratio } ?? 1
            return try .made { cvips_load_jpeg(bytes.baseAddress, bytes.count, $0, Int32(shrink)) }
        case .png: return try .made { cvips_load_png(bytes.baseAddress, bytes.count, $0) }
        case .webp: return try .made { cvips_load_webp(bytes.baseAddress, bytes.count, $0, 1 / ratio) }
        case .gif: return try .made { cvips_load_gif(bytes.baseAddress, bytes.count, $0) }
        case .avif, .heic: return try .made { cvips_load_heif(bytes.baseAddress, bytes.count, $0) }
        }
    }

    /// Returns whether the loader can shrink the picture by this ratio at all.
    func shrinks(by ratio: Double) -> Bool {
        switch format {
        case .jpeg: ratio >= 2
        case .webp: ratio > 1
        case .png, .gif, .avif, .heic: false
        }
    }
}
