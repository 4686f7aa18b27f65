/// A finished variant.
package struct EncodedPicture: Hashable, Sendable {
    package let variant: PictureVariant
    package let width: Int
    package let height: Int
    /// A WebP file.
    package let bytes: [UInt8]
}
