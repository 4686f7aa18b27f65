/// A picture of at most ``side`` pixels in each direction, from which its placeholder and its colour are computed.
struct PixelGrid {
    static let side = 64
    /// Samples of the picture for each pixel of the grid, in each direction.
    private static let samples = 4

    let width: Int
    let height: Int
    /// Red, green, blue and alpha between 0 and 1, not premultiplied, row by row.
    let pixels: [SIMD4<Double>]

    init(width: Int, height: Int, pixels: [SIMD4<Double>]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Shrinks a picture in sRGB with three or four bands of a byte.
    init(_ bytes: UnsafeRawBufferPointer, width: Int, height: Int, bands: Int) {
        let scale = min(1, Double(Self.side) / Double(max(width, height)))
        let size = PictureGeometry.scaled(width, height, by: scale)
        var pixels: [SIMD4<Double>] = []
        pixels.reserveCapacity(size.width * size.height)
        for y in 0..<size.height {
            let rows = Self.places(y, of: size.height, in: height)
            for x in 0..<size.width {
                var sum = SIMD4<Double>.zero
                var count: Double = 0
                for row in rows {
                    for column in Self.places(x, of: size.width, in: width) {
                        let start = (row * width + column) * bands
                        let alpha = bands == 4 ? Double(bytes[start + 3]) / 255 : 1
                        let colour = SIMD4(
                            Double(bytes[start]), Double(bytes[start + 1]), Double(bytes[start + 2]), 255)
                        sum += colour / 255 * alpha
                        count += 1
                    }
                }
                pixels.append(Self.straight(sum, of: count))
            }
        }
        self.init(width: size.width, height: size.height, pixels: pixels)
    }

    /// The mean colour, weighted by alpha, and the mean alpha.
    var average: SIMD4<Double> {
        Self.straight(
            pixels.reduce(SIMD4<Double>.zero) { $0 + SIMD4($1.x, $1.y, $1.z, 1) * $1.w }, of: Double(pixels.count))
    }

    /// The colour of the largest group of similar opaque pixels; the mean colour if there are none.
    var dominantColor: PictureColor {
        var groups: [Int: SIMD4<Double>] = [:]
        for pixel in pixels where pixel.w > 0.5 {
            let steps = (pixel * 7.999).rounded(.down)
            let group = Int(steps.x) << 6 | Int(steps.y) << 3 | Int(steps.z)
            groups[group, default: .zero] += SIMD4(pixel.x, pixel.y, pixel.z, 1)
        }
        // Of two groups of the same size the same one each time.
        guard let largest = groups.max(by: { ($0.value.w, $1.key) < ($1.value.w, $0.key) })?.value else {
            return PictureColor(average)
        }
        return PictureColor(largest / largest.w)
    }

    /// Returns the mean of a sum of premultiplied colours and alphas.
    private static func straight(_ sum: SIMD4<Double>, of count: Double) -> SIMD4<Double> {
        guard sum.w > 0 else { return .zero }
        let colour = sum / sum.w
        return SIMD4(colour.x, colour.y, colour.z, sum.w / count)
    }

    /// Returns the places of a row or column that one of the grid shows, at most ``samples``.
    private static func places(_ index: Int, of count: Int, in size: Int) -> StrideTo<Int> {
        let (begin, end) = (index * size / count, max(index * size / count + 1, (index + 1) * size / count))
        return stride(from: begin, to: end, by: max(1, (end - begin) / samples))
    }
}

/// A colour in sRGB.
package struct PictureColor: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    init(_ colour: SIMD4<Double>) {
        let bytes = (colour * 255).rounded(.toNearestOrAwayFromZero)
            .clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
        self.init(red: UInt8(bytes.x), green: UInt8(bytes.y), blue: UInt8(bytes.z))
    }

    /// `#rrggbb`
    package var hexadecimal: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
