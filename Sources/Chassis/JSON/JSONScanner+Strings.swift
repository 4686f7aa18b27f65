/// Strings (RFC 8259, section 7).
extension JSONScanner {
    /// Scans a string from behind its opening quote to behind its closing one.
    /// - Returns: Whether it has escapes.
    mutating func scanString() throws(Flaw) -> Bool {
        var isEscaped = false
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return isEscaped
            case UInt8(ascii: "\\"):
                isEscaped = true
                try scanEscape()
            case 0x20..<0x80: skipPlain()
            case 0xC2...0xDF where index < bytes.count && bytes[index] & 0xC0 == 0x80: index += 1
            case 0x80...: try scanScalar(byte)
            default: throw .syntax
            }
        }
        throw .syntax
    }

    /// Skips printable ASCII without quotes and backslashes, eight bytes at a time.
    private mutating func skipPlain() {
        guard let start = bytes.baseAddress else { return }
        while index + 8 <= bytes.count {
            let word = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
            let control = word &- Self.each(0x20)
            let quote = (word ^ Self.each(UInt8(ascii: "\""))) &- Self.each(1)
            let backslash = (word ^ Self.each(UInt8(ascii: "\\"))) &- Self.each(1)
            // The highest bit of a byte is set in one of them if the byte is special, and in `word` beyond ASCII.
            guard (word | control | quote | backslash) & Self.each(0x80) == 0 else { return }
            index += 8
        }
    }

    private static func each(_ byte: UInt8) -> UInt64 { 0x0101_0101_0101_0101 &* UInt64(byte) }

    private mutating func scanEscape() throws(Flaw) {
        switch take() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            break
        case UInt8(ascii: "u"):
            let unit = try scanUnit()
            // Half of a surrogate pair is no character: what it becomes differs from parser to parser.
            guard unit & 0xF800 == 0xD800 else { return }
            guard unit < 0xDC00, take() == UInt8(ascii: "\\"), take() == UInt8(ascii: "u"),
                try scanUnit() & 0xFC00 == 0xDC00
            else { throw .syntax }
        default: throw .syntax
        }
    }

    /// Reads the four digits of an escape.
    private mutating func scanUnit() throws(Flaw) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = take(), let digit = Self.hexDigit(byte) else { throw .syntax }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Scans the bytes behind the first one of a character beyond ASCII (Unicode, table 3-7).
    private mutating func scanScalar(_ first: UInt8) throws(Flaw) {
        let count: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: count = 1
        case 0xE0: (count, second) = (2, 0xA0...0xBF)
        case 0xED: (count, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: count = 2
        case 0xF0: (count, second) = (3, 0x90...0xBF)
        case 0xF4: (count, second) = (3, 0x80...0x8F)
        case 0xF1...0xF3: count = 3
        default: throw .encoding
        }
        guard let byte = take(), second.contains(byte) else { throw .encoding }
        for _ in 1..<count {
            guard let byte = take(), byte & 0xC0 == 0x80 else { throw .encoding }
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - UInt8(ascii: "0") }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }
}
