/// What a PNG says of its colours, in chunks that libvips does not read (https://www.w3.org/TR/png-3/, 11.3.2).
struct PNGColour {
    private var code: PictureColour??
    private var hasProfile = false
    private var isSRGB = false
    private var gamma: Float?
    private var primaries: Primaries?

    /// Reads a chunk before the pixels; of two of a kind the first.
    mutating func read(_ type: String, _ content: ArraySlice<UInt8>) {
        let content = Array(content)
        switch type {
        case "cICP" where content.count == 4 && code == nil:
            // Still pictures are RGB; codes of other matrices are none of a PNG.
            if content[2] == 0 { code = .some(PictureColour(primaries: Int(content[0]), transfer: Int(content[1]))) }
        case "iCCP": hasProfile = true
        case "sRGB": isSRGB = true
        case "gAMA" where content.count == 4 && gamma == nil: gamma = Self.fraction(content, 0)
        case "cHRM" where content.count == 32 && primaries == nil:
            let places = stride(from: 0, to: 32, by: 8).map { start in
                SIMD2<Float>(Self.fraction(content, start), Self.fraction(content, start + 4))
            }
            // A chromaticity is a pair of positive numbers whose sum is at most 1.
            guard places.allSatisfy({ $0.x > 0 && $0.y > 0 && $0.x + $0.y <= 1 }) else { return }
            primaries = Primaries(red: places[1], green: places[2], blue: places[3], white: places[0])
        default: break
        }
    }

    /// Reads a number of four bytes in units of 1/100,000.
    private static func fraction(_ content: [UInt8], _ start: Int) -> Float {
        Float(Int(bigEndian: content[start..<start + 4])) / 100_000
    }

    /// The meaning of the pixels, by the order of precedence of the specification (4.3); nil if a profile has it, and
    /// for sRGB.
    var colour: PictureColour? {
        if let code { return code }
        if hasProfile || isSRGB { return nil }
        var transfer = TransferFunction.sRGB
        // 1/2.2 is what encoders write for sRGB. Absurd values are ignored.
        if let gamma, gamma >= 0.1, gamma <= 10, abs(gamma - 0.45455) > 0.01 { transfer = .power(1 / gamma) }
        let colours = primaries.flatMap { $0.isClose(to: .bt709) ? nil : $0 } ?? .bt709
        return transfer == .sRGB && colours == .bt709 ? nil : PictureColour(transfer, colours)
    }
}
