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

    /// The next one of the same moment, for many that are made at once; the random bits count up (RFC 9562, 6.2, method
    /// 2).
    package var successor: Identifier {
        Identifier(high: high, low: 0x8000_0000_0000_0000 | (low &+ 1) & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// When it was made, if it is of version 7.
    package var unixMilliseconds: Int { Int(high >> 16) }

    package static func < (left: Identifier, right: Identifier) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Identifier: LosslessStringConvertible {
    /// The length of ``description``, in bytes.
    package static let textLength = 36

    /// The canonical form: 36 characters, lower case.
    package var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { text in
            text.baseAddress.map { write(to: $0) }
            return Self.textLength
        }
    }

    /// Writes the canonical form to a buffer of at least ``textLength`` bytes.
    package func write(to text: UnsafeMutablePointer<UInt8>) {
        let text = UnsafeMutableRawPointer(text)
        let digits = (
            hexadecimal(high >> 32), hexadecimal(high & 0xFFFF_FFFF), hexadecimal(low >> 32),
            hexadecimal(low & 0xFFFF_FFFF)
        )
        text.storeBytes(of: digits.0, as: UInt64.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: digits.1), toByteOffset: 9, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: digits.1 >> 32), toByteOffset: 14, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: digits.2), toByteOffset: 19, as: UInt32.self)
        text.storeBytes(of: UInt32(truncatingIfNeeded: digits.2 >> 32), toByteOffset: 24, as: UInt32.self)
        text.storeBytes(of: digits.3, toByteOffset: 28, as: UInt64.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 8, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 13, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 18, as: UInt8.self)
        text.storeBytes(of: UInt8(ascii: "-"), toByteOffset: 23, as: UInt8.self)
    }

    /// Returns nil unless the text is a UUID in canonical form; upper case is accepted.
    package init?(_ text: String) {
        var text = text
        guard let identifier = text.withUTF8({ Identifier(utf8: $0) }) else { return nil }
        self = identifier
    }

    private init?(utf8: UnsafeBufferPointer<UInt8>) {
        let hyphen = UInt8(ascii: "-")
        guard utf8.count == 36, utf8[8] == hyphen, utf8[13] == hyphen, utf8[18] == hyphen, utf8[23] == hyphen,
            let first = number(utf8[0..<8]), let second = number(utf8[9..<13]), let third = number(utf8[14..<18]),
            let fourth = number(utf8[19..<23]), let fifth = number(utf8[24..<36])
        else { return nil }
        self.init(high: first << 32 | second << 16 | third, low: fourth << 48 | fifth)
    }
}

/// Returns the eight lower-case digits of 32 bits, the first one in the lowest byte. All at once: the bits are spread
/// to a byte for each four, and every byte gets the distance from its value to its digit.
private func hexadecimal(_ bits: UInt64) -> UInt64 {
    var spread = (bits & 0xFFFF_0000) << 16 | bits & 0xFFFF
    spread = (spread & 0x0000_FF00_0000_FF00) << 8 | spread & 0x0000_00FF_0000_00FF
    spread = (spread & 0x00F0_00F0_00F0_00F0) << 4 | spread & 0x000F_000F_000F_000F
    let isLetter = (spread + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    let toLetter = UInt64(UInt8(ascii: "a") - 10 - UInt8(ascii: "0"))
    return (spread + 0x3030_3030_3030_3030 + isLetter * toLetter).bigEndian
}

/// Returns nil unless all bytes are hexadecimal digits.
private func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    var number: UInt64 = 0
    for digit in digits {
        let decimal = digit &- UInt8(ascii: "0")
        let letter = (digit | 0x20) &- UInt8(ascii: "a")
        guard decimal < 10 || letter < 6 else { return nil }
        number = number << 4 | UInt64(decimal < 10 ? decimal : letter + 10)
    }
    return number
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let identifier = Identifier(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = identifier
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
