/// The limits that untrusted JSON must keep before a decoder reads it: size, depth, and no repeated member (U-15).
/// One pass, no recursion, memory bounded by depth and by the names of the objects that are open.
package struct JSONLimits: Sendable {
    /// The reason why a document is refused; the client may see the text.
    package struct Violation: Error, Equatable {
        package let reason: String
    }

    private let size: Int
    private let depth: Int

    /// - Parameters:
    ///   - size: Bytes of the whole document.
    ///   - depth: Of nested containers.
    package init(size: Int = 1 << 20, depth: Int = 32) {
        self.size = size
        self.depth = depth
    }

    /// Checks the limits alone; the decoder checks whether it is JSON.
    package func check(_ document: [UInt8]) throws(Violation) {
        guard document.count <= size else { throw Violation(reason: "The JSON body is larger than \(size) bytes") }
        var scanner = JSONScanner(document, depth: depth)
        if let reason = scanner.firstViolation() { throw Violation(reason: reason) }
    }
}

private struct JSONScanner {
    private let document: [UInt8]
    private let depthLimit: Int
    /// The member names read so far of each open object; nil for an array.
    private var open: [Set<ArraySlice<UInt8>>?] = []
    private var index = 0
    private var expectsName = false

    init(_ document: [UInt8], depth: Int) {
        self.document = document
        depthLimit = depth
    }

    mutating func firstViolation() -> String? {
        while index < document.count {
            let byte = document[index]
            index += 1
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open.append(byte == UInt8(ascii: "{") ? [] : nil)
                expectsName = byte == UInt8(ascii: "{")
                if open.count > depthLimit { return "The JSON body is nested deeper than \(depthLimit) levels" }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                expectsName = false
            case UInt8(ascii: ","):
                expectsName = (open.last ?? nil) != nil
            case UInt8(ascii: "\""):
                let name = skipString()
                if expectsName, !remember(name) {
                    return "The JSON body has the member \(String(decoding: name, as: UTF8.self)) twice"
                }
                expectsName = false
            default:
                break
            }
        }
        return nil
    }

    private mutating func remember(_ name: ArraySlice<UInt8>) -> Bool {
        let last = open.count - 1
        guard last >= 0 else { return true }
        return open[last]?.insert(Self.unescaped(name)).inserted ?? true
    }

    /// Decodes the escapes of a name (RFC 8259, section 7), because `"\u0061"` is the member `"a"`. The result of a
    /// name that the decoder refuses does not matter.
    private static func unescaped(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard name.contains(UInt8(ascii: "\\")) else { return name }
        var units: [UInt16] = []
        var rest = String(decoding: name, as: UTF8.self).utf16[...]
        while let unit = rest.popFirst() {
            guard unit == UInt16(UInt8(ascii: "\\")), let escaped = rest.popFirst() else {
                units.append(unit)
                continue
            }
            switch UInt8(truncatingIfNeeded: escaped) {
            case UInt8(ascii: "u"):
                units.append(UInt16(String(rest.prefix(4)) ?? "", radix: 16) ?? escaped)
                rest = rest.dropFirst(4)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            default: units.append(escaped)
            }
        }
        return ArraySlice(String(decoding: units, as: UTF16.self).utf8)
    }

    /// The bytes between the quotes, with their escapes.
    private mutating func skipString() -> ArraySlice<UInt8> {
        let start = index
        while index < document.count, document[index] != UInt8(ascii: "\"") {
            index += document[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, document.count)
        index = end + 1
        return document[start..<end]
    }
}
