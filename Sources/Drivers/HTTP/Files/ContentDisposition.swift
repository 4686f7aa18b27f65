/// The header with the name under which a client saves a file (RFC 6266).
package enum ContentDisposition: Sendable {
    /// Saved, not shown.
    case attachment(fileName: String)
    /// Shown; the name is for a client that saves it.
    case inline(fileName: String)

    /// The longest file name in bytes of UTF-8: what file systems take.
    private static let maximumByteCount = 255

    /// The header's value, for any name: no character of it can end the parameter or the header, or lead to another
    /// folder. A name that is not plain ASCII stands twice, for old clients with `_` instead of what they may
    /// misread (appendix D), and exactly, percent-encoded (RFC 8187).
    package var value: String {
        let (kind, given) =
            switch self {
            case .attachment(let name): ("attachment", name)
            case .inline(let name): ("inline", name)
            }
        let name = Self.safe(given)
        let plain = String(String.UnicodeScalarView(name.unicodeScalars.map { Self.isPlain($0) ? $0 : "_" }))
        guard plain != name else { return "\(kind); filename=\"\(name)\"" }
        return "\(kind); filename=\"\(plain)\"; filename*=UTF-8''\(Self.encoded(name))"
    }

    /// Returns a name that is one segment of a path on every system, without invisible characters; `file` if nothing
    /// is left.
    private static func safe(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where !isInvisible(scalar) {
            scalars.append(scalar == "/" || scalar == "\\" || scalar == ":" ? "_" : scalar)
        }
        var safe = Substring(String(scalars)).drop { $0 == " " }
        while let last = safe.last, last == " " || last == "." { safe = safe.dropLast() }
        return safe.isEmpty ? "file" : shortened(safe)
    }

    /// Returns a name of at most ``maximumByteCount``, with its extension.
    private static func shortened(_ name: Substring) -> String {
        guard name.utf8.count > maximumByteCount else { return String(name) }
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        let ending = name[dot...].utf8.count <= 16 ? name[dot...] : ""
        var stem = name.dropLast(ending.count)
        while stem.utf8.count + ending.utf8.count > maximumByteCount { stem = stem.dropLast() }
        return stem.isEmpty ? "file\(ending)" : String(stem + ending)
    }

    /// Controls, line separators, and the marks of writing direction, with which `gnp.exe` can look like `exe.png`.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// Whether every client reads the character in quotes as itself: some decode `%41`, some read a backslash.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (0x20..<0x7F).contains(scalar.value) && scalar != "\"" && scalar != "\\" && scalar != "%"
    }

    /// Returns the value of an extended parameter: UTF-8, with everything but `attr-char` percent-encoded (3.2.1).
    private static func encoded(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                result.append(byte)
            case _ where "!#$&+-.^_`|~".utf8.contains(byte): result.append(byte)
            default: result += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
