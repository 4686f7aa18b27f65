/// Percent-encoding of RFC 3986.
package enum PercentEncoding {
    /// Nil when the encoding is broken or the result is not UTF-8 or holds a NUL.
    /// - Parameter plusIsSpace: As in a query of a form.
    package static func decode(_ raw: ArraySlice<UInt8>, plusIsSpace: Bool = false) -> String? {
        let isPlain = raw.withUnsafeBufferPointer { bytes in
            bytes.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") && $0 > 0x20 && $0 < 0x7F }
        }
        if isPlain { return String(decoding: raw, as: UTF8.self) }
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
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
