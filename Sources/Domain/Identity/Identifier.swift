/// A UUID. New ones are of version 7 (RFC 9562): milliseconds first, so that they sort by time and fill indexes from
/// one end; 74 random bits after that.
package struct Identifier: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    package let high: UInt64
    /// The last eight bytes, big-endian.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new identifier.
    /// - Parameter unixMilliseconds: Now; passed in, so that tests own time.
    package init(unixMilliseconds: Int) {
        var random = SystemRandomNumberGenerator()
        high = UInt64(unixMilliseconds) << 16 | 0x7000 | random.next() & 0x0FFF
        low = 0x8000_0000_0000_0000 | random.next() >> 2
    }

    /// The next one of the same moment, for many that are made at once; the random bits count up (RFC 9562, 6.2, method 2).
    package var successor: Identifier {
        Identifier(high: high, low: 0x8000_0000_0000_0000 | (low &+ 1) & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// When it was made, if it is of version 7.
    package var unixMilliseconds: Int { Int(high >> 16) }

    package static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
