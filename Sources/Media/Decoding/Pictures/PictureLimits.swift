/// What a picture may cost. Limits in pixels are checked against the header, before anything is decoded.
package enum PictureLimits {
    /// 25 MiB.
    package static let byteCount = 25 << 20
    /// Of one picture, and of all frames of an animation together.
    package static let pixels = 50_000_000
    /// The largest width or height: what WebP can hold.
    package static let side = 16_383
    package static let frames = 100

    /// - Returns: Which limit the picture is over; nil if none.
    static func excess(width: Int, height: Int, frames: Int) -> PictureExcess? {
        if width > side || height > side || width * height > pixels {
            return .pixels(width: width, height: height)
        }
        if frames > Self.frames || width * height * frames > pixels {
            return .frames(count: frames, width: width, height: height)
        }
        return nil
    }
}
