internal import CVips
import MediaStoring

/// Makes the variants of a picture. Runs only in the helper process.
///
/// The file is decoded once, as small as the largest variant allows; all variants are derived from that image.
enum PictureProcessor {
    /// WebP's quality and effort. [Measured, 12 megapixels to all three variants: 146 ms of CPU at effort 2, 212 at 4
    /// for 5 % fewer bytes.]
    private static let quality: Int32 = 80
    private static let effort: Int32 = 2

    static func decode(
        _ file: [UInt8], as format: PictureFormat, into variants: [PictureVariant]
    ) throws(MediaFailure) -> DecodedPicture {
        let reduced = try ReducedPicture(file, format)
        _ = VipsRuntime.takeError()
        return try reduced.bytes.span.withUnsafeBytes { bytes throws(MediaFailure) in
            let source = PictureSource(bytes: bytes, format: format, refusesWarnings: reduced.lacksEnd)
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
        let size = PictureGeometry.scaled(width, height, by: scale)
        let base =
            try source.shrinks(by: 1 / scale)
            ? upright(source.image(shrunkBy: 1 / scale), size.width, size.height)
            : upright(header, size.width, size.height)
        if source.refusesWarnings {
            // Only this picture is decoded in the process, and its loader leaves its warnings here.
            let warning = VipsRuntime.takeError()
            guard warning.isEmpty else { throw .corrupt(detail: warning) }
        }
        var finished: [EncodedPicture] = []
        for variant in variants { finished.append(try make(variant, from: base)) }
        let report = PictureReport(format: source.format, width: width, height: height, frames: frames)
        return DecodedPicture(report: report, variants: finished)
    }

    /// Decodes, shrinks, turns upright and converts to sRGB, in one pass over the file.
    private static func upright(
        _ image: borrowing RasterImage, _ width: Int, _ height: Int
    ) throws(MediaFailure) -> RasterImage {
        let hasProfile = image.hasUsableProfile
        if !hasProfile { image.removeProfile() }
        let plan = try image.derived { input, output in
            hasProfile
                ? cvips_resize_with_profile(input, output, Int32(width), Int32(height))
                : cvips_resize(input, output, Int32(width), Int32(height))
        }
        return try plan.inMemory()
    }

    private static func make(
        _ variant: PictureVariant, from base: borrowing RasterImage
    ) throws(MediaFailure) -> EncodedPicture {
        let geometry = PictureGeometry(of: variant, from: base.width, base.height)
        let cut = try base.derived {
            cvips_crop(
                $0, $1, Int32(geometry.left), Int32(geometry.top), Int32(geometry.cutWidth), Int32(geometry.cutHeight))
        }
        let sized = try cut.derived { cvips_resize($0, $1, Int32(geometry.width), Int32(geometry.height)) }
        return EncodedPicture(
            variant: variant, width: geometry.width, height: geometry.height, bytes: try webP(sized))
    }

    private static func webP(_ image: borrowing RasterImage) throws(MediaFailure) -> [UInt8] {
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        let status = try image.withoutMetadata().withUnsafePointer {
            cvips_save_webp($0, &bytes, &count, quality, effort)
        }
        guard status == 0, let bytes else { throw .corrupt(detail: VipsRuntime.takeError()) }
        defer { g_free(bytes) }
        return WebPContainer.stripped(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
    }
}

/// An uploaded file and its loader. The buffer must outlive every image made from it.
struct PictureSource {
    let bytes: UnsafeRawBufferPointer
    let format: PictureFormat
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
