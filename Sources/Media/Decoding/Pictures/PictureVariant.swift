package import MediaStoring

/// The definition of a picture made from an uploaded one: sRGB, upright, WebP, without any metadata.
package struct PictureVariant: Hashable, Sendable {
    package enum Fit: UInt8, Sendable {
        /// The longer side becomes `size`; a smaller picture keeps its size.
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

    /// The name of its file in the store.
    package var fileName: String { fileName(.webp) }

    /// The name of its file in another format.
    package func fileName(_ format: PictureFormat) -> String { "\(name).\(format.fileExtension)" }

    /// The names of all its files in the store: the WebP, and the one for clients that cannot show it.
    package var fileNames: [String] { [.webp, .jpeg, .png].map(fileName) }

    /// The largest variant in pixels per side.
    package static let maximumSize = 4_096

    package static let square256 = PictureVariant(name: "square256", size: 256, fit: .cover)
    package static let square512 = PictureVariant(name: "square512", size: 512, fit: .cover)
    package static let large1200 = PictureVariant(name: "large1200", size: 1_200, fit: .inside)

    /// Every variant of the product.
    package static let all = [large1200, square512, square256]
}

/// The description and the variants of an uploaded picture.
package struct DecodedPicture: Hashable, Sendable {
    package let report: PictureReport
    /// In the order of the requested variants.
    package let variants: [EncodedPicture]
}

/// A variant as a file.
package struct EncodedPicture: Hashable, Sendable {
    package let variant: PictureVariant
    package let width: Int
    package let height: Int
    /// A WebP file.
    package let bytes: [UInt8]
    /// The same for clients that cannot show WebP: a JPEG, or a PNG if the picture has transparency.
    package let fallback: [UInt8]
}

/// What an uploaded picture is.
package struct PictureReport: Hashable, Sendable {
    package let format: PictureFormat
    /// In pixels, upright.
    package let width: Int
    /// In pixels, upright.
    package let height: Int
    /// 1, or more for an animation or a sequence; variants show the first frame.
    package let frames: Int
    /// The ThumbHash of the whole picture.
    package let placeholder: [UInt8]
    /// The colour of the largest part of the picture.
    package let color: PictureColor
}
