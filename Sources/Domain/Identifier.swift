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
            write(to: UnsafeMutableRawBufferPointer(text))
            return Self.textLength
        }
    }

    /// Writes the canonical form to a buffer of at least ``textLength`` bytes.
    package func write(to text: UnsafeMutableRawBufferPointer) {
        var position = 0
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 {
                text[position] = UInt8(ascii: "-")
                position += 1
            }
            let half = index < 8 ? high : low
            let byte = UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index & 7)))
            text[position] = hexadecimalDigit(byte >> 4)
            text[position + 1] = hexadecimalDigit(byte & 15)
            position += 2
        }
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

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
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
