internal import CVips
import MediaStoring

/// Makes the variants of a decoded picture, each as WebP and in the format for clients that cannot show WebP.
struct VariantMaker: ~Copyable {
    /// WebP's quality and effort. [Measured, 12 megapixels to all three variants: 146 ms of CPU at effort 2, 212 at 4
    /// for 5 % fewer bytes.]
    private static let quality: Int32 = 80
    private static let effort: Int32 = 2
    /// [Measured: all three JPEGs of the same picture take 6 ms of CPU. A PNG with stronger compression takes several
    /// times as long for a few percent.]
    private static let fallbackQuality: Int32 = 85
    private static let fallbackCompression: Int32 = 3

    private let base: RasterImage

    /// - Parameter base: The picture in memory: upright, in sRGB, with alpha only if it is transparent somewhere.
    init(_ base: consuming RasterImage) {
        self.base = base
    }

    func make(_ variants: [PictureVariant]) throws(MediaFailure) -> [EncodedPicture] {
        var finished: [EncodedPicture] = []
        var square: RasterImage?
        for variant in variants {
            let image: RasterImage
            if variant.fit == .cover, let larger = square.take(), larger.width >= variant.size {
                // A small square of a larger one: there are fewer pixels to shrink than in the whole picture.
                image = try larger.resized(variant.size, variant.size).inMemory()
            } else {
                image = try cut(variant)
            }
            finished.append(try encoded(image, as: variant))
            // An enlarged square has nothing that the picture has not.
            if variant.fit == .cover, variant.size <= min(base.width, base.height) { square = consume image }
        }
        return finished
    }

    private func cut(_ variant: PictureVariant) throws(MediaFailure) -> RasterImage {
        let geometry = PictureGeometry(of: variant, from: base.width, base.height)
        return try base.derived {
            cvips_crop(
                $0, $1, Int32(geometry.left), Int32(geometry.top), Int32(geometry.cutWidth), Int32(geometry.cutHeight))
        }.resized(geometry.width, geometry.height).inMemory()
    }

    private func encoded(
        _ image: borrowing RasterImage, as variant: PictureVariant
    ) throws(MediaFailure) -> EncodedPicture {
        let plain = try image.withoutMetadata()
        let webP = try Self.saved(plain) { cvips_save_webp($0, $1, $2, Self.quality, Self.effort) }
        let fallback = try Self.saved(plain) {
            base.hasAlpha
                ? cvips_save_png($0, $1, $2, Self.fallbackCompression)
                : cvips_save_jpeg($0, $1, $2, Self.fallbackQuality)
        }
        return EncodedPicture(
            variant: variant, width: image.width, height: image.height, bytes: WebPContainer.stripped(webP),
            fallback: fallback)
    }

    private static func saved(
        _ image: borrowing RasterImage,
        _ save: (RasterImage.Pointer, UnsafeMutablePointer<UnsafeMutableRawPointer?>, UnsafeMutablePointer<Int>) ->
            Int32
    ) throws(MediaFailure) -> [UInt8] {
        var bytes: UnsafeMutableRawPointer?
        var count = 0
        let status = image.withUnsafePointer { save($0, &bytes, &count) }
        guard status == 0, let bytes else { throw .corrupt(detail: VipsRuntime.takeError()) }
        defer { g_free(bytes) }
        return Array(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}
