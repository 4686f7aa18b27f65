/// The rectangle of a picture that a variant shows, and the size of the variant.
///
/// Cut first, then resize: a picture of 16,383 x 1 pixels, enlarged first, would need gigabytes.
struct PictureGeometry: Equatable {
    let left: Int
    let top: Int
    let cutWidth: Int
    let cutHeight: Int
    let width: Int
    let height: Int

    init(of variant: PictureVariant, from sourceWidth: Int, _ sourceHeight: Int) {
        switch variant.fit {
        case .inside:
            let scale = min(1, Double(variant.size) / Double(max(sourceWidth, sourceHeight)))
            (left, top, cutWidth, cutHeight) = (0, 0, sourceWidth, sourceHeight)
            (width, height) = Self.scaled(sourceWidth, sourceHeight, by: scale)
        case .cover:
            let side = min(sourceWidth, sourceHeight)
            (left, top, cutWidth, cutHeight) = ((sourceWidth - side) / 2, (sourceHeight - side) / 2, side, side)
            (width, height) = (variant.size, variant.size)
        }
    }

    /// Returns the smallest scale, at most 1, that still gives all variants their full size.
    static func commonScale(for variants: [PictureVariant], width: Int, height: Int) -> Double {
        let scales = variants.map { variant in
            switch variant.fit {
            case .inside: Double(variant.size) / Double(max(width, height))
            case .cover: Double(variant.size) / Double(min(width, height))
            }
        }
        return min(1, scales.max() ?? 1)
    }

    /// Returns the scaled size; each side keeps at least one pixel.
    static func scaled(_ width: Int, _ height: Int, by scale: Double) -> (width: Int, height: Int) {
        (max(1, Int((Double(width) * scale).rounded())), max(1, Int((Double(height) * scale).rounded())))
    }
}
