package import MediaStoring

/// What an uploaded picture is.
package struct PictureReport: Hashable, Sendable {
    package let format: PictureFormat
    /// In pixels, upright.
    package let width: Int
    /// In pixels, upright.
    package let height: Int
    /// 1, or more for an animation or a sequence, of which the first frame is used.
    package let frames: Int
}
