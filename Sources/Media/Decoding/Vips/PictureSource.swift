internal import CVips
import MediaStoring

/// An uploaded file, ready for its loader. The buffer outlives every image made from it.
struct PictureSource {
    let bytes: UnsafeRawBufferPointer
    let format: PictureFormat

    /// The picture, as small as its loader can make it without going below what is wanted. The ratio says how many
    /// times smaller it will be, at least 1; what is left to shrink is up to the caller.
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

    /// Whether ``image(shrunkBy:)`` gives something else than for 1.
    func shrinks(by ratio: Double) -> Bool {
        switch format {
        case .jpeg: ratio >= 2
        case .webp: ratio > 1
        case .png, .gif, .avif, .heic: false
        }
    }
}
