/// Base 32 with the upper-case alphabet and without padding (RFC 4648, section 6).
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    /// Encodes bytes, five in eight digits.
    package static func encode(_ bytes: borrowing Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 8 + 4) / 5)
        // Bits that are not written yet, and how many: fewer than five after each byte.
        var (bits, count) = (0, 0)
        for index in bytes.indices {
            bits = bits << 8 | Int(bytes[index])
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[bits >> count & 31])
            }
            bits &= (1 << count) - 1
        }
        if count > 0 { text.append(alphabet[bits << (5 - count) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text consists of digits of the alphabet, in upper case.
    package static func isEncoded(_ text: String) -> Bool { text.utf8.allSatisfy { alphabet.contains($0) } }
}
