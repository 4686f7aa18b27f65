/// The scans of a JPEG: how many there are, and whether they have brought every coefficient of every component in full
/// precision (ITU-T T.81, B.2.2, B.2.3 and G.1). A progressive JPEG that ends between two scans looks complete but is
/// blurred.
struct JPEGScans {
    private(set) var count = 0
    /// For each component the coefficients, one bit each, that are not there in full precision.
    private var missing: [UInt8: UInt64] = [:]

    var areComplete: Bool { !missing.isEmpty && missing.values.allSatisfy { $0 == 0 } }

    /// Reads the header of a frame, which names the components.
    mutating func addFrame(_ content: ArraySlice<UInt8>) {
        let content = Array(content)
        guard content.count >= 6 else { return }
        for index in stride(from: 6, to: min(content.count, 6 + 3 * Int(content[5])), by: 3) {
            missing[content[index]] = .max
        }
    }

    /// Reads the header of a scan.
    mutating func addScan(_ content: ArraySlice<UInt8>) {
        count += 1
        let content = Array(content)
        guard let components = content.first.map(Int.init), content.count >= 1 + 2 * components + 3 else { return }
        let parameters = content[(1 + 2 * components)...].prefix(3).map(Int.init)
        let (first, last, lowestBit) = (parameters[0], parameters[1], parameters[2] & 15)
        guard first <= last, last < 64, lowestBit == 0 else { return }
        let coefficients = (UInt64.max >> UInt64(63 - last + first)) << UInt64(first)
        for index in stride(from: 1, to: 1 + 2 * components, by: 2) { missing[content[index]]? &= ~coefficients }
    }

    /// Whether a marker begins the header of a frame.
    static func isFrame(_ marker: UInt8) -> Bool {
        switch marker {
        case 0xC4, 0xC8, 0xCC: false
        default: (0xC0...0xCF).contains(marker)
        }
    }
}
