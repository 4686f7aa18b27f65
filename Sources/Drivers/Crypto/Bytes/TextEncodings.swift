/// Base 64 with the URL-safe alphabet and without padding (RFC 4648, section 5; RFC 7515, section 2).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// The value of a byte outside the alphabet: more than six bits can hold.
    private static let foreign: UInt32 = 0x8000_0000
    private static let values: [UInt32] = {
        var values = [UInt32](repeating: foreign, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt32(value) }
        return values
    }()

    /// Encodes bytes, three in four digits.
    package static func encode(_ bytes: borrowing Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { bytes in
            String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { encode(bytes, into: $0) }
        }
    }

    /// Decodes a text; nil unless it is exactly what ``encode(_:)`` returns: no padding, no white space, no unused
    /// bits, so that each byte string has one encoding.
    package static func decode(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var isCanonical = false
        let bytes = text.withUnsafeBufferPointer { text in
            [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { buffer, initializedCount in
                isCanonical = decode(text, into: buffer)
                initializedCount = isCanonical ? text.count * 3 / 4 : 0
            }
        }
        return isCanonical ? bytes : nil
    }

    /// Encodes three bytes in four digits; a rest of one byte in two, of two bytes in three.
    private static func encode(_ bytes: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>) -> Int
    {
        alphabet.withUnsafeBufferPointer { alphabet in
            var end = 0
            func write(_ bits: UInt32, digits: UInt32) {
                for digit in 0..<digits {
                    text[end] = alphabet[Int(bits >> (18 - 6 * digit) & 63)]
                    end += 1
                }
            }
            var index = 0
            while index + 3 <= bytes.count {
                write(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]), digits: 4)
                index += 3
            }
            switch bytes.count - index {
            case 1: write(UInt32(bytes[index]) << 16, digits: 2)
            case 2: write(UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8, digits: 3)
            default: break
            }
            return end
        }
    }

    /// - Returns: False if a byte is outside the alphabet or an unused bit is set.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        values.withUnsafeBufferPointer { values in
            var seen: UInt32 = 0
            var end = 0
            var index = 0
            while index + 4 <= text.count {
                let (first, second) = (values[Int(text[index])], values[Int(text[index + 1])])
                let (third, fourth) = (values[Int(text[index + 2])], values[Int(text[index + 3])])
                seen |= first | second | third | fourth
                let bits = first << 18 | second << 12 | third << 6 | fourth
                bytes[end] = UInt8(truncatingIfNeeded: bits >> 16)
                bytes[end + 1] = UInt8(truncatingIfNeeded: bits >> 8)
                bytes[end + 2] = UInt8(truncatingIfNeeded: bits)
                end += 3
                index += 4
            }
            var bits: UInt32 = 0
            for digit in text[index...] {
                let value = values[Int(digit)]
                seen |= value
                bits = bits << 6 | value
            }
            switch text.count - index {
            case 2:
                bytes[end] = UInt8(truncatingIfNeeded: bits >> 4)
                return seen < foreign && bits & 0b1111 == 0
            case 3:
                bytes[end] = UInt8(truncatingIfNeeded: bits >> 10)
                bytes[end + 1] = UInt8(truncatingIfNeeded: bits >> 2)
                return seen < foreign && bits & 0b11 == 0
            default:
                return seen < foreign
            }
        }
    }
}

/// Base 16 (RFC 4648, section 8) in lower case.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Encodes bytes, each in two digits.
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
