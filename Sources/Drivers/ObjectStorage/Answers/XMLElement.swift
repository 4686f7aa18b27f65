/// An element of a small XML document: what S3's answers need, and nothing that could harm (no document types, so no
/// entities but the five of XML itself; no processing instructions but the declaration). Attributes are skipped.
struct XMLElement {
    private static let depthLimit = 16

    /// Without its prefix.
    let name: String
    /// The text of the element itself, between its children.
    fileprivate(set) var text = ""
    fileprivate(set) var children: [XMLElement] = []

    /// Returns the text of the first child of a name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    /// Returns all children of a name.
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// Reads a document.
    /// - Returns: Nil if it is not well-formed, deeper than 16 elements, or has more than the parts above.
    init?(document: [UInt8]) {
        var scanner = XMLScanner(document)
        scanner.skipProlog()
        guard let element = scanner.element(depth: 0) else { return nil }
        scanner.skipMisc()
        guard scanner.isAtEnd else { return nil }
        self = element
    }

    fileprivate init(name: String) { self.name = name }

    fileprivate static func mayContain(_ depth: Int) -> Bool { depth < depthLimit }
}

/// A cursor in an XML document.
private struct XMLScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skipProlog() {
        _ = take("\u{FEFF}")
        if starts(with: "<?xml") { _ = skip(through: "?>") }
        skipMisc()
    }

    /// White space and comments.
    mutating func skipMisc() {
        while true {
            skipSpace()
            guard starts(with: "<!--"), skip(through: "-->") else { return }
        }
    }

    mutating func element(depth: Int) -> XMLElement? {
        guard XMLElement.mayContain(depth), take("<"), let name = name(), let isEmpty = endOfTag() else { return nil }
        var element = XMLElement(name: local(name))
        if isEmpty { return element }
        var text: [UInt8] = []
        while true {
            guard !isAtEnd else { return nil }
            if bytes[position] != UInt8(ascii: "<") {
                guard appendText(to: &text) else { return nil }
            } else if take("</") {
                guard self.name() == name else { return nil }
                skipSpace()
                guard take(">"), let whole = String(validating: text, as: UTF8.self) else { return nil }
                element.text = whole
                return element
            } else if starts(with: "<!--") {
                guard skip(through: "-->") else { return nil }
            } else {
                guard let child = self.element(depth: depth + 1) else { return nil }
                element.children.append(child)
            }
        }
    }

    /// Skips attributes.
    /// - Returns: Whether the element has no content.
    private mutating func endOfTag() -> Bool? {
        while true {
            skipSpace()
            if take("/>") { return true }
            if take(">") { return false }
            guard name() != nil else { return nil }
            skipSpace()
            guard take("=") else { return nil }
            skipSpace()
            guard take("\"") ? skip(through: "\"") : take("'") && skip(through: "'") else { return nil }
        }
    }

    private mutating func appendText(to text: inout [UInt8]) -> Bool {
        while !isAtEnd, bytes[position] != UInt8(ascii: "<") {
            guard bytes[position] == UInt8(ascii: "&") else {
                text.append(bytes[position])
                position += 1
                continue
            }
            let rest = bytes[position...].prefix(12)
            guard let end = rest.firstIndex(of: UInt8(ascii: ";")),
                let scalar = Self.scalar(String(decoding: bytes[(position + 1)..<end], as: UTF8.self))
            else { return false }
            text += Array(String(Character(scalar)).utf8)
            position = end + 1
        }
        return true
    }

    private static func scalar(_ reference: String) -> Unicode.Scalar? {
        switch reference {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard reference.hasPrefix("#") else { return nil }
        let digits = reference.dropFirst()
        let value = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return value.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    private mutating func name() -> [UInt8]? {
        let begin = position
        while !isAtEnd {
            switch bytes[position] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: ":"):
                position += 1
                continue
            default: break
            }
            break
        }
        return position > begin ? Array(bytes[begin..<position]) : nil
    }

    private func local(_ name: [UInt8]) -> String {
        String(decoding: name.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self)
    }

    private mutating func skipSpace() {
        while !isAtEnd, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    private func starts(with text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func take(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func skip(through text: String) -> Bool {
        while !isAtEnd {
            if take(text) { return true }
            position += 1
        }
        return false
    }
}
