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

    package static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
