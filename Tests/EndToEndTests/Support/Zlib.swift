/// zlib streams (RFC 1950) that need no compressor.
enum Zlib {
    /// This many zeros, rounded up a little, in one part in 158. One block of fixed Huffman codes (RFC 1951, section
    /// 3.2.6): a literal zero, then "258 bytes, from one byte back" over and over.
    static func zeros(_ count: Int) -> [UInt8] {
        let repeats = (count - 1) / 258 + 1
        var bits = BitWriter()
        bits.append(0b011, count: 3)
        bits.append(0b0000_1100, count: 8)
        for _ in 0..<repeats { bits.append(0b0_0000_1010_0011, count: 13) }
        bits.append(0, count: 7)
        let checksum = UInt32((1 + repeats * 258) % 65_521) << 16 | 1
        return [0x78, 0x01] + bits.finished() + withUnsafeBytes(of: checksum.bigEndian) { Array($0) }
    }

    /// Least significant bit first.
    private struct BitWriter {
        private var bytes: [UInt8] = []
        private var pending: UInt32 = 0
        private var pendingCount: UInt32 = 0

        mutating func append(_ bits: UInt32, count: UInt32) {
            pending |= bits << pendingCount
            pendingCount += count
            while pendingCount >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingCount -= 8
            }
        }

        func finished() -> [UInt8] {
            pendingCount > 0 ? bytes + [UInt8(truncatingIfNeeded: pending)] : bytes
        }
    }
}
