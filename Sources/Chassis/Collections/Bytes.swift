/// The hash function FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv). Stable over versions and machines,
/// which Swift's `Hasher` is not; no protection against an adversary.
package enum FNV1a {
    /// - Parameter start: The hash of the bytes before these; without it, the offset basis of the reference.
    package static func hash(_ bytes: some Sequence<UInt8>, after start: UInt64 = 0xcbf2_9ce4_8422_2325) -> UInt64 {
        bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}

extension [UInt8] {
    /// Appends an integer in decimal, without allocating a string.
    package mutating func appendDecimal(_ number: Int) {
        guard number != 0 else {
            append(UInt8(ascii: "0"))
            return
        }
        var rest = number.magnitude
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = 20
            while rest > 0 {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            if number < 0 { append(UInt8(ascii: "-")) }
            append(contentsOf: UnsafeBufferPointer(rebasing: digits[start..<20]))
        }
    }

    /// Appends a literal's bytes, without allocating a string.
    @inlinable public mutating func append(literal: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends two digits.
    mutating func appendTwoDigits(_ number: Int) {
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number / 10))
        append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
    }
}
