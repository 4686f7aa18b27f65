/// How a picture is too large.
package enum PictureExcess: Hashable, Sendable {
    case bytes(Int)
    /// As the file stores it, before it is turned upright.
    case pixels(width: Int, height: Int)
    case frames(count: Int, width: Int, height: Int)

    /// A sentence for the owner of the picture.
    var sentence: String {
        let megapixels = PictureLimits.pixels / 1_000_000
        return switch self {
        case .bytes(let count):
            "The picture has \(count) bytes; at most \(PictureLimits.byteCount) are accepted."
        case .pixels(let width, let height):
            "The picture is \(width) x \(height) pixels; at most \(megapixels) megapixels and "
                + "\(PictureLimits.side) per side are accepted."
        case .frames(let count, let width, let height):
            "The picture has \(count) frames of \(width) x \(height) pixels; at most \(PictureLimits.frames) frames "
                + "and \(megapixels) megapixels in all are accepted."
        }
    }
}
