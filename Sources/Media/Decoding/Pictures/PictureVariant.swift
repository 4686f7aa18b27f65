/// A picture that is made from an uploaded one: sRGB, upright, WebP, without any metadata.
package struct PictureVariant: Hashable, Sendable {
    package enum Fit: UInt8, Sendable {
        /// The longer side becomes `size`; a smaller picture keeps its own.
        case inside
        /// A square of `size`, cut from the centre; a smaller picture is enlarged.
        case cover
    }

    /// One segment of a blob's key.
    package let name: String
    /// Pixels of the longer side.
    package let size: Int
    package let fit: Fit

    /// A size is 1 to ``maximumSize``.
    package init(name: String, size: Int, fit: Fit) {
        precondition((1...Self.maximumSize).contains(size), "no such size")
        self.name = name
        self.size = size
        self.fit = fit
    }

    /// The largest variant in pixels per side.
    package static let maximumSize = 4_096

    package static let square256 = PictureVariant(name: "square256", size: 256, fit: .cover)
    package static let square512 = PictureVariant(name: "square512", size: 512, fit: .cover)
    package static let large1200 = PictureVariant(name: "large1200", size: 1_200, fit: .inside)

    /// Every variant of the product.
    package static let all = [large1200, square512, square256]
}
