import Glibc

/// The members of one JSON object as raw pieces, without decoding what is inside them. For JSON of our own making:
/// names and texts with escapes are not looked up, and values are only delimited, not validated.
package struct JSONMembers {
    private let bytes: [UInt8]
    private var members: [(name: Range<Int>, value: Range<Int>)] = []

    /// Nil unless the bytes are one object.
    package init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        members.reserveCapacity(8)
        let isObject = bytes.withUnsafeBufferPointer { JSONMemberScanner(bytes: $0).readMembers(into: &members) }
        guard isObject else { return nil }
    }

    /// A member as it stands.
    package func raw(_ name: StaticString) -> ArraySlice<UInt8>? {
        value(name).map { bytes[$0] }
    }

    /// A member that is a text without escapes.
    package func text(_ name: StaticString) -> String? {
        guard let range = value(name), range.count >= 2 else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
            guard bytes[range.lowerBound] == UInt8(ascii: "\""), !text.contains(UInt8(ascii: "\\")) else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// A member that is a whole number of at most eighteen digits.
    package func integer(_ name: StaticString) -> Int? {
        guard let range = value(name) else { return nil }
        var digits = bytes[range]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        guard (1...18).contains(digits.count) else { return nil }
        var number = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return isNegative ? -number : number
    }

    private func value(_ name: StaticString) -> Range<Int>? {
        let count = name.utf8CodeUnitCount
        return bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return nil }
            for member in members where member.name.count == count {
                if memcmp(start + member.name.lowerBound, name.utf8Start, count) == 0 { return member.value }
            }
            return nil
        }
    }
}
