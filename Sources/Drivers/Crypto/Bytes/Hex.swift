/// Base 16 (RFC 4648, section 8) in lower case.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Two digits for every byte.
    package static func encode(_ bytes: borrowing Span<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for index in bytes.indices {
            text.append(digits[Int(bytes[index] >> 4)])
            text.append(digits[Int(bytes[index] & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
