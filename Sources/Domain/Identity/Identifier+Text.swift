extension Identifier: LosslessStringConvertible {
    /// How long ``description`` is.
    package static let textLength = 36

    /// The canonical form: 36 characters, lower case.
    package var description: String {
        String(unsafeUninitializedCapacity: Self.textLength) { text in
            write(to: UnsafeMutableRawBufferPointer(text))
            return Self.textLength
        }
    }

    /// Writes the canonical form where there is room for it.
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

    /// Nil unless the text is a UUID in canonical form; upper case is accepted.
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

/// Nil unless all are hexadecimal digits.
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
