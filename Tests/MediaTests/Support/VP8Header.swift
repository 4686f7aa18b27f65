import TestSupport

/// What the header of a lossy WebP's frame says of its quality (RFC 6386, sections 9.2 to 9.6 and 19.2).
struct VP8Header {
    /// The index of the quantizer, from 0 (best) to 127: that of the whole frame, if it has no segments of its own.
    let quantizerIndex: Int
    let hasSegments: Bool

    /// - Returns: Nil if the picture is not lossy.
    init?(_ webP: [UInt8]) {
        guard let frame = WebPFile(webP).chunks.first(where: { $0.type == "VP8 " })?.content, frame.count > 12 else {
            return nil
        }
        var bits = BoolDecoder(Array(frame[10...]))
        // Colour space and clamping.
        bits.skip(2)
        hasSegments = bits.flag()
        if hasSegments {
            let hasMap = bits.flag()
            if bits.flag() {
                bits.skip(1)
                for size in Array(repeating: 7, count: 4) + Array(repeating: 6, count: 4) where bits.flag() {
                    bits.skip(size + 1)
                }
            }
            if hasMap { for _ in 0..<3 where bits.flag() { bits.skip(8) } }
        }
        // The loop filter's type, level and sharpness, and its adjustments.
        bits.skip(10)
        if bits.flag(), bits.flag() { for _ in 0..<8 where bits.flag() { bits.skip(7) } }
        // The number of partitions.
        bits.skip(2)
        quantizerIndex = (0..<7).reduce(0) { index, _ in index * 2 + (bits.flag() ? 1 : 0) }
    }
}

/// Decodes flags that are as often set as not (RFC 6386, section 7.3).
private struct BoolDecoder {
    private let bytes: [UInt8]
    private var position = 2
    private var value: Int
    private var range = 255
    private var shifts = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        value = Int(bytes[0]) << 8 | Int(bytes[1])
    }

    mutating func flag() -> Bool {
        let split = 1 + (((range - 1) * 128) >> 8)
        let isSet = value >= split << 8
        if isSet {
            range -= split
            value -= split << 8
        } else {
            range = split
        }
        while range < 128 {
            (value, range, shifts) = (value << 1, range << 1, shifts + 1)
            guard shifts == 8 else { continue }
            shifts = 0
            if position < bytes.count { value |= Int(bytes[position]) }
            position += 1
        }
        return isSet
    }

    mutating func skip(_ count: Int) { for _ in 0..<count { _ = flag() } }
}
