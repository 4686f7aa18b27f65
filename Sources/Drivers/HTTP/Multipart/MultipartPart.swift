/// The headers of one part of a multipart form.
package struct MultipartPart: Sendable {
    /// The field's name.
    package let name: String
    /// The client's file name, without directories and control characters, at most 255 Unicode scalars; nil for a plain
    /// field. Data only: never used as a path.
    package let fileName: String?

    /// - Parameter head: The part's headers without the empty line.
    init(head: ArraySlice<UInt8>) throws(MultipartError) {
        let prefix = "content-disposition:"
        let line = Self.lines(of: head).first { $0.lowercased().hasPrefix(prefix) }
        guard let line else { throw .malformed }
        let parameters = HeaderParameters(line.unicodeScalars.dropFirst(prefix.count).text, quoting: .form)
        guard let name = parameters["name"] else { throw .malformed }
        self.name = name
        fileName = (parameters["filename*"].flatMap(Self.decodeExtended) ?? parameters["filename"]).map {
            Self.cleaned(fileName: $0)
        }
    }

    /// Returns the lines of a head; a line that begins with white space continues the one before (RFC 5322, 2.2.3).
    private static func lines(of head: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            if let first = line.unicodeScalars.first, first == " " || first == "\t", let last = lines.indices.last {
                lines[last] += line
            } else {
                lines.append(String(line))
            }
        }
        return lines
    }

    /// Decodes an extended value, `UTF-8''…` (RFC 8187).
    private static func decodeExtended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentEncoding.decode(ArraySlice(parts[2].utf8))
    }

    /// Returns a client's file name without directories and control characters, at most 255 Unicode scalars.
    package static func cleaned(fileName name: String) -> String {
        let last = name.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last ?? Substring.UnicodeScalarView()
        let printable = last.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(255)
        let text = String(String.UnicodeScalarView(printable))
        return text.isEmpty ? "file" : text
    }
}

extension Substring.UnicodeScalarView {
    fileprivate var text: Substring { Substring(self) }
}
