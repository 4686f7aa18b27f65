import Glibc

/// What the numbers of a picture mean, if it says so in a way that libvips does not read: cICP of PNG and `nclx` of
/// HEIF, which HDR pictures have, and gAMA and cHRM of PNG.
struct PictureColour: Equatable {
    let transfer: TransferFunction
    let primaries: Primaries

    init(_ transfer: TransferFunction, _ primaries: Primaries) {
        self.transfer = transfer
        self.primaries = primaries
    }

    /// - Parameters:
    ///   - primaries: ColourPrimaries of ITU-T H.273, table 2.
    ///   - transfer: TransferCharacteristics, table 3.
    /// - Returns: Nil for sRGB and for codes that still pictures do not have: they are shown as sRGB.
    init?(primaries: Int, transfer: Int) {
        let function = TransferFunction(code: transfer) ?? .sRGB
        let colours = Primaries(code: primaries) ?? .bt709
        guard function != .sRGB || colours != .bt709 else { return nil }
        self.init(function, colours)
    }

    /// Returns a picture in sRGB with 8 bits.
    /// - Parameter image: In memory, with three or four bands of 8 or 16 bits.
    func converted(_ image: borrowing RasterImage) throws(MediaFailure) -> RasterImage {
        let bands = image.bands
        guard bands == 3 || bands == 4 else { throw .corrupt(detail: "\(bands) bands") }
        let isSixteen = image.isSixteenBits
        let bytes = try image.withPixels { pixels throws(MediaFailure) in
            isSixteen
                ? converted(pixels.bindMemory(to: UInt16.self), bands, white: 65_535)
                : converted(pixels.bindMemory(to: UInt8.self), bands, white: 255)
        }
        return try .made(bytes, width: image.width, height: image.height, bands: bands)
    }

    private func converted<Sample: FixedWidthInteger>(
        _ samples: UnsafeBufferPointer<Sample>, _ bands: Int, white: Float
    ) -> [UInt8] {
        let light = (0...Int(white)).map { transfer.light(of: Float($0) / white) }
        let matrix = primaries.toSRGB
        let mapsTones = transfer.peak > 1
        return [UInt8](unsafeUninitializedCapacity: samples.count) { result, count in
            for start in stride(from: 0, to: samples.count, by: bands) {
                let (red, green, blue) =
                    (light[Int(samples[start])], light[Int(samples[start + 1])], light[Int(samples[start + 2])])
                var colour = matrix.0 * red + matrix.1 * green + matrix.2 * blue
                colour = colour.clamped(lowerBound: .zero, upperBound: SIMD3(repeating: .greatestFiniteMagnitude))
                if mapsTones { colour *= ToneCurve(peak: transfer.peak).factor(for: colour.max()) }
                for band in 0..<3 { result[start + band] = SRGBCurve.byte(of: colour[band]) }
                guard bands == 4 else { continue }
                result[start + 3] = UInt8(truncatingIfNeeded: samples[start + 3] >> (Sample.bitWidth - 8))
            }
            count = samples.count
        }
    }
}

/// Compresses the light above diffuse white that an HDR picture has, into what sRGB can show. Everything up to three
/// quarters of white stays as it is, so that a picture looks the same beside its SDR version; above, highlights keep
/// their order and their hue, up to the peak, which becomes white.
private struct ToneCurve {
    private static let knee: Float = 0.75
    let peak: Float

    /// Returns the factor for a colour whose brightest component is `light`.
    func factor(for light: Float) -> Float {
        guard light > Self.knee else { return 1 }
        let above = min(1, (light - Self.knee) / (peak - Self.knee))
        // Continues the slope of 1 at the knee.
        let slope = (peak - Self.knee) / (1 - Self.knee)
        return (Self.knee + (1 - Self.knee) * slope * above / (1 + (slope - 1) * above)) / light
    }
}

/// The transfer function of sRGB (IEC 61966-2-1), from light to a byte.
private enum SRGBCurve {
    private static let table: [UInt8] = (0...4_095).map { index in
        let light = Float(index) / 4_095
        let value = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
        return UInt8((value * 255).rounded())
    }

    static func byte(of light: Float) -> UInt8 {
        // Dark colours need finer steps than the table has.
        if light < 0.01 {
            let value = light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
            return UInt8((value * 255).rounded())
        }
        return table[Int((min(1, light) * 4_095).rounded())]
    }
}
