/// Percent-encoding (RFC 3986, 2.1).
package enum PercentEncoding {
    /// Decodes a component; nil if the encoding is invalid, or the result is not UTF-8 or holds a NUL.
    /// - Parameter plusIsSpace: Whether `+` is a space, as in `application/x-www-form-urlencoded`.
    package static func decode(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
        let isEncoded = raw.withUnsafeBytes {
            $0.offset(of: UInt8(ascii: "%")) != nil || plusIsSpace && $0.offset(of: UInt8(ascii: "+")) != nil
        }
        return text(isEncoded ? decoded(raw, plusIsSpace: plusIsSpace) : raw)
    }

    /// Whether a query is valid: each `%` begins an encoded byte, and the result is UTF-8 without NUL.
    static func isValid(query: ArraySlice<UInt8>) -> Bool {
        query.withUnsafeBytes { $0.offset(of: UInt8(ascii: "%")) } == nil || decode(query) != nil
    }

    private static func text(_ bytes: ArraySlice<UInt8>?) -> String? {
        guard let bytes, bytes.withUnsafeBytes({ $0.offset(of: 0) }) == nil,
            let valid = try? UTF8Span(validating: bytes.span)
        else { return nil }
        return String(copying: valid)
    }

    private static func decoded(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool) -> ArraySlice<UInt8>? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = raw.startIndex
        while index < raw.endIndex {
            switch raw[index] {
            case UInt8(ascii: "%"):
                guard index + 2 < raw.endIndex, let high = nibble(raw[index + 1]), let low = nibble(raw[index + 2])
                else { return nil }
                bytes.append(high << 4 | low)
                index += 3
                continue
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(raw[index])
            }
            index += 1
        }
        return bytes[...]
    }

    /// Returns the value of a hexadecimal digit.
    static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
