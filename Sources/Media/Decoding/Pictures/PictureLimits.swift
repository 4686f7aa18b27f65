/// The limits of an uploaded picture. Limits in pixels are checked against the header, before anything is decoded.
package enum PictureLimits {
    /// 25 MiB.
    package static let byteCount = 25 << 20
    /// Of one frame. Only the first frame of an animation is decoded, so that the others count in bytes alone.
    package static let pixels = 50_000_000
    /// The largest width or height, which is the limit of WebP.
    package static let side = 16_383

    /// Returns the limit that the picture exceeds; nil if none.
    static func excess(width: Int, height: Int) -> PictureExcess? {
        width > side || height > side || width * height > pixels ? .pixels(width: width, height: height) : nil
    }
}

/// The limit that a picture exceeds, with the picture's own value.
package enum PictureExcess: Hashable, Sendable {
    case bytes(Int)
    /// As stored in the file, before the orientation is applied.
    case pixels(width: Int, height: Int)

    /// A sentence for the owner of the picture.
    var sentence: String {
        let megapixels = PictureLimits.pixels / 1_000_000
        return switch self {
        case .bytes(let count):
            "The picture has \(count) bytes; at most \(PictureLimits.byteCount) are accepted."
        case .pixels(let width, let height):
            "The picture is \(width) x \(height) pixels; at most \(megapixels) megapixels and "
                + "\(PictureLimits.side) per side are accepted."
        }
    }
}
