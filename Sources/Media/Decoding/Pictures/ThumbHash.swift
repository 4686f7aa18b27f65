import Glibc

/// Encodes a picture as ThumbHash, a placeholder of about 25 bytes that shows its colours, shape and transparency while
/// the picture loads.
///
/// A few terms of the cosine transform of lightness, two colour differences and alpha, each in four bits. Source: Evan
/// Wallace, https://evanw.github.io/thumbhash, function `rgbaToThumbHash`.
enum ThumbHash {
    /// The longest hash in bytes: with transparency, of a square picture.
    static let maximumByteCount = 32

    static func encode(_ grid: PixelGrid) -> [UInt8] {
        let average = grid.average
        let isTransparent = grid.pixels.contains { $0.w < 1 }
        let (width, height) = (Double(grid.width), Double(grid.height))
        let limit: Double = (isTransparent ? 5 : 7) / max(width, height)
        let (termsAcross, termsDown) = (max(1, rounded(limit * width)), max(1, rounded(limit * height)))
        let channels = grid.pixels.map { pixel in
            // Products in the order of the published algorithm: results on a half are rounded like there.
            let colour = average * (1 - pixel.w) + pixel.w / 255 * (pixel * 255)
            return SIMD4(
                (colour.x + colour.y + colour.z) / 3, (colour.x + colour.y) / 2 - colour.z, colour.x - colour.y, pixel.w
            )
        }
        let lightness = Channel(channels.map(\.x), grid, max(3, termsAcross), max(3, termsDown))
        let yellowBlue = Channel(channels.map(\.y), grid, 3, 3)
        let redGreen = Channel(channels.map(\.z), grid, 3, 3)
        let isLandscape = grid.width > grid.height
        let first =
            rounded(63 * lightness.constant) | rounded(31.5 + 31.5 * yellowBlue.constant) << 6
            | rounded(31.5 + 31.5 * redGreen.constant) << 12 | rounded(31 * lightness.scale) << 18
            | (isTransparent ? 1 << 23 : 0)
        let second =
            (isLandscape ? termsDown : termsAcross) | rounded(63 * yellowBlue.scale) << 3
            | rounded(63 * redGreen.scale) << 9 | (isLandscape ? 1 << 15 : 0)
        var hash = [first, first >> 8, first >> 16, second, second >> 8].map { UInt8(truncatingIfNeeded: $0) }
        var varying = lightness.varying + yellowBlue.varying + redGreen.varying
        if isTransparent {
            let alpha = Channel(channels.map(\.w), grid, 5, 5)
            hash.append(UInt8(truncatingIfNeeded: rounded(15 * alpha.constant) | rounded(15 * alpha.scale) << 4))
            varying += alpha.varying
        }
        for (index, term) in varying.enumerated() {
            let bits = UInt8(clamping: rounded(15 * term))
            if index % 2 == 0 { hash.append(bits) } else { hash[hash.count - 1] |= bits << 4 }
        }
        return hash
    }

    private static func rounded(_ value: Double) -> Int { Int((value + 0.5).rounded(.down)) }

    /// The cosine transform of one channel: its mean, and terms between 0 and 1 around 0.5, of which the largest
    /// deviates by `scale`.
    private struct Channel {
        var constant: Double = 0
        var varying: [Double] = []
        var scale: Double = 0

        init(_ values: [Double], _ grid: PixelGrid, _ across: Int, _ down: Int) {
            for row in 0..<down {
                let vertical = Self.cosines(row, grid.height)
                var column = 0
                while column * down < across * (down - row) {
                    let horizontal = Self.cosines(column, grid.width)
                    var sum: Double = 0
                    for y in 0..<grid.height {
                        for x in 0..<grid.width { sum += values[y * grid.width + x] * horizontal[x] * vertical[y] }
                    }
                    sum /= Double(grid.width * grid.height)
                    if row == 0, column == 0 {
                        constant = sum
                    } else {
                        varying.append(sum)
                        scale = max(scale, abs(sum))
                    }
                    column += 1
                }
            }
            if scale > 0 { varying = varying.map { [scale] in 0.5 + 0.5 / scale * $0 } }
        }

        private static func cosines(_ frequency: Int, _ count: Int) -> [Double] {
            (0..<count).map { cos(Double.pi / Double(count) * Double(frequency) * (Double($0) + 0.5)) }
        }
    }
}
