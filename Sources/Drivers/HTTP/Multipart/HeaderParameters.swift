/// The parameters of a header's value (RFC 9110, 5.6.6): `form-data; name="a"; filename=b`.
///
/// Scalars, because a combining scalar would merge with a quote or slash before it into another character.
struct HeaderParameters {
    typealias Scalars = Substring.UnicodeScalarView

    /// What a backslash in quotes means.
    enum Quoting {
        /// It quotes the next character (RFC 9110, 5.6.4).
        case header
        /// Browsers write a quote as `%22` (HTML), older clients as `\"`; any other backslash is literal.
        case form
    }

    /// The text before the first semicolon, in lower case.
    let value: String
    private var parameters: [String: String] = [:]

    init(_ text: some StringProtocol, quoting: Quoting) {
        var rest = Substring(text).unicodeScalars
        value = String(Self.trimmed(rest.prefix { $0 != ";" })).lowercased()
        rest = rest.drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst()
            let name = String(Self.trimmed(rest.prefix { $0 != "=" && $0 != ";" })).lowercased()
            rest = rest.drop { $0 != "=" && $0 != ";" }
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst().drop(while: Self.isSpace)
            let value: String
            if rest.first == "\"" {
                (value, rest) = Self.quoted(rest.dropFirst(), quoting)
            } else {
                let token = Self.trimmed(rest.prefix { $0 != ";" })
                rest = rest.drop { $0 != ";" }
                // Old clients send names of files with spaces; a token has none.
                guard quoting == .form || !token.contains(where: Self.isSpace) else { continue }
                value = String(token)
            }
            if parameters[name] == nil { parameters[name] = value }
        }
    }

    /// Returns the first parameter of a name, which is in lower case.
    subscript(name: String) -> String? { parameters[name] }

    private static func quoted(_ text: Scalars, _ quoting: Quoting) -> (String, Scalars) {
        var value = Scalars()
        var rest = text
        while let scalar = rest.popFirst(), scalar != "\"" {
            if scalar == "\\", let next = rest.first, quoting == .header || next == "\"" || next == "\\" {
                value.append(next)
                rest = rest.dropFirst()
            } else if quoting == .form, scalar == "%", rest.starts(with: "22".unicodeScalars) {
                value.append("\"")
                rest = rest.dropFirst(2)
            } else {
                value.append(scalar)
            }
        }
        return (String(value), rest.drop { $0 != ";" })
    }

    private static func trimmed(_ text: Scalars) -> Scalars {
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) { text = text.dropLast() }
        return text
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
