/// What became of an uploaded picture.
package struct DecodedPicture: Hashable, Sendable {
    package let report: PictureReport
    /// In the order in which the variants were asked for.
    package let variants: [EncodedPicture]
}
