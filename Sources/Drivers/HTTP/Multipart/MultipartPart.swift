/// The headers of one part of a multipart form.
package struct MultipartPart: Sendable {
    private typealias Scalars = Substring.UnicodeScalarView

    /// The field's name.
    package let name: String
    /// The client's file name, without directories and control characters, at most 255 Unicode scalars; nil for a plain
    /// field. Data only: never used as a path.
    package let fileName: String?

    /// - Parameter head: The part's headers without the empty line.
    init(head: ArraySlice<UInt8>) throws(MultipartError) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let disposition = lines.first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let disposition else { throw .malformed }
        let parameters = Self.parameters(of: disposition.unicodeScalars)
        guard let name = parameters["name"] else { throw .malformed }
        self.name = name
        fileName = (parameters["filename*"].flatMap(Self.decodeExtended) ?? parameters["filename"]).map(Self.clean)
    }

    // Scalars, because a combining scalar would merge with a quote or slash before it into another character.
    private static func parameters(of line: Scalars) -> [String: String] {
        var parameters: [String: String] = [:]
        var rest = line.drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " }
            let key = String(rest.prefix { $0 != "=" && $0 != ";" }).lowercased()
            rest = rest.drop { $0 != "=" && $0 != ";" }
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let value: String
            if rest.first == "\"" {
                (value, rest) = quoted(rest.dropFirst())
            } else {
                value = String(rest.prefix { $0 != ";" })
                rest = rest.drop { $0 != ";" }
            }
            if parameters[key] == nil { parameters[key] = value }
        }
        return parameters
    }

    /// Reads a quoted parameter. Browsers write a quote as `%22` (HTML), older clients as `\"`; any other backslash is
    /// literal.
    private static func quoted(_ text: Scalars) -> (String, Scalars) {
        var value = Scalars()
        var rest = text
        while let scalar = rest.popFirst(), scalar != "\"" {
            if scalar == "\\", let next = rest.first, next == "\"" || next == "\\" {
                value.append(next)
                rest = rest.dropFirst()
            } else if scalar == "%", rest.starts(with: "22".unicodeScalars) {
                value.append("\"")
                rest = rest.dropFirst(2)
            } else {
                value.append(scalar)
            }
        }
        return (String(value), rest.drop { $0 != ";" })
    }

    /// Decodes an extended value, `UTF-8''…` (RFC 8187).
    private static func decodeExtended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentEncoding.decode(ArraySlice(parts[2].utf8))
    }

    private static func clean(_ name: String) -> String {
        let last = name.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last ?? Scalars()
        let printable = last.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(255)
        let text = String(String.UnicodeScalarView(printable))
        return text.isEmpty ? "file" : text
    }
}
