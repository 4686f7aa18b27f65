/// The members of one JSON object as raw pieces, without decoding what is inside them. For JSON of our own making:
/// names and texts with escapes are not looked up, and values are only delimited, not validated.
package struct JSONMembers {
    private var members: [(name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []

    /// Nil unless the bytes are one object.
    package init?(_ bytes: [UInt8]) {
        var scanner = Scanner(bytes: bytes)
        guard scanner.take(UInt8(ascii: "{")) else { return nil }
        if scanner.take(UInt8(ascii: "}")) { return }
        repeat {
            guard let name = scanner.value(), name.first == UInt8(ascii: "\""), scanner.take(UInt8(ascii: ":")),
                let value = scanner.value()
            else { return nil }
            members.append((name.dropFirst().dropLast(), value))
        } while scanner.take(UInt8(ascii: ","))
        guard scanner.take(UInt8(ascii: "}")) else { return nil }
    }

    /// A member as it stands.
    package func raw(_ name: String) -> ArraySlice<UInt8>? {
        members.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// A member that is a text without escapes.
    package func text(_ name: String) -> String? {
        guard let raw = raw(name), raw.first == UInt8(ascii: "\""), !raw.contains(UInt8(ascii: "\\")) else {
            return nil
        }
        return String(decoding: raw.dropFirst().dropLast(), as: UTF8.self)
    }

    /// A member that is a whole number.
    package func integer(_ name: String) -> Int? {
        raw(name).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    }
}

private struct Scanner {
    let bytes: [UInt8]
    var index = 0

    mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// A text with its quotes, a container with its brackets, or a bare word.
    mutating func value() -> ArraySlice<UInt8>? {
        skipSpace()
        let start = index
        var depth = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard skipText() else { return nil }
                if depth == 0 { return bytes[start..<index] }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return start < index ? bytes[start..<index] : nil }
                depth -= 1
                if depth == 0 {
                    index += 1
                    return bytes[start..<index]
                }
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return start < index ? bytes[start..<index] : nil }
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
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }
}
