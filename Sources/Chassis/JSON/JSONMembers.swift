import Glibc

/// The members of one JSON object as raw bytes, without decoding them. For JSON that the product wrote: names and texts
/// with escapes are not found, and values are delimited, not validated.
package struct JSONMembers {
    private let bytes: [UInt8]
    private var members: [(name: Range<Int>, value: Range<Int>)] = []

    /// Returns nil unless the bytes are one object.
    package init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        members.reserveCapacity(8)
        let isObject = bytes.withUnsafeBufferPointer { JSONMemberScanner(bytes: $0).readMembers(into: &members) }
        guard isObject else { return nil }
    }

    /// Returns the raw value of a member.
    package func raw(_ name: StaticString) -> ArraySlice<UInt8>? {
        value(name).map { bytes[$0] }
    }

    /// Returns a member that is a text without escapes.
    package func text(_ name: StaticString) -> String? {
        guard let range = value(name), range.count >= 2 else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[range.lowerBound + 1..<range.upperBound - 1])
            guard bytes[range.lowerBound] == UInt8(ascii: "\""), !text.contains(UInt8(ascii: "\\")) else { return nil }
            return String(decoding: text, as: UTF8.self)
        }
    }

    /// Returns a member that is an integer of at most 18 digits.
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

/// Finds the ranges of the members of an object.
struct JSONMemberScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Returns whether the bytes are one object.
    consuming func readMembers(into members: inout [(name: Range<Int>, value: Range<Int>)]) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            guard let name = value(), bytes[name.lowerBound] == UInt8(ascii: "\""), take(UInt8(ascii: ":")),
                let value = value()
            else { return false }
            members.append((name.lowerBound + 1..<name.upperBound - 1, value))
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// A text with its quotes, a container with its brackets, or a bare word.
    private mutating func value() -> Range<Int>? {
        skipSpace()
        let start = index
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard skipText() else { return nil }
                if depth == 0 { return start..<index }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return start < index ? start..<index : nil }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return start..<index
                }
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return start < index ? start..<index : nil }
            default: break
            }
            index += 1
        }
        return nil
    }

    private mutating func skipText() -> Bool {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        return index <= bytes.count
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }
}
