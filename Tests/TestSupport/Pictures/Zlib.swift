/// zlib streams (RFC 1950) that need no compressor.
package enum Zlib {
    /// Returns a stream of stored blocks.
    package static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65_535)
            rest = rest.dropFirst(block.count)
            let count = UInt16(block.count)
            stream += [rest.isEmpty ? 1 : 0] + count.littleEndianBytes + (~count).littleEndianBytes + block
        } while !rest.isEmpty
        return stream + adler32(bytes).bigEndianBytes
    }

    /// Returns a compressed stream of at least `count` zeros, 158 times smaller than they are. It is one block of fixed
    /// Huffman codes (RFC 1951, section 3.2.6): a literal zero, then "258 bytes, from one byte back" repeatedly.
    package static func zeros(_ count: Int) -> [UInt8] {
        let repeats = (count - 1) / 258 + 1
        var bits = BitWriter()
        bits.append(0b011, count: 3)
        bits.append(0b0000_1100, count: 8)
        for _ in 0..<repeats {
            bits.append(0b1010_0011, count: 8)
            bits.append(0, count: 5)
        }
        bits.append(0, count: 7)
        let length = UInt32((1 + repeats * 258) % 65_521)
        return [0x78, 0x01] + bits.bytes + (length << 16 | 1).bigEndianBytes
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    /// Writes the least significant bit first.
    private struct BitWriter {
        var bytes: [UInt8] { finished + (pendingCount > 0 ? [UInt8(truncatingIfNeeded: pending)] : []) }
        private var finished: [UInt8] = []
        private var pending: UInt32 = 0
        private var pendingCount: UInt32 = 0

        mutating func append(_ bits: UInt32, count: UInt32) {
            pending |= bits << pendingCount
            pendingCount += count
            while pendingCount >= 8 {
                finished.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingCount -= 8
            }
        }
    }
}

extension FixedWidthInteger {
    package var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
    package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
