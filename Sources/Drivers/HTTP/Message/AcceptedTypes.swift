/// The media types that a client accepts (RFC 9110, 12.5.1).
package struct AcceptedTypes {
    private struct Range {
        /// `image/webp`, `image/*` or `*/*`, in lower case.
        let pattern: String
        let quality: Double
    }

    /// Empty if the client does not say: then it accepts everything.
    private var ranges: [Range] = []

    /// - Parameter values: The values of all Accept headers. Parameters other than `q` are ignored.
    init(_ values: [String]) {
        for element in values.flatMap(Self.elements) {
            let range = HeaderParameters(element, quoting: .header)
            guard !range.value.isEmpty else { continue }
            ranges.append(Range(pattern: range.value, quality: range["q"].map(Self.quality) ?? 1))
        }
    }

    /// Returns the quality that the client gives to a media type: that of the most specific range that matches it, and
    /// 0, not acceptable, if none does.
    /// - Parameter type: In lower case, without parameters.
    package func quality(of type: String) -> Double {
        guard !ranges.isEmpty else { return 1 }
        let general = type.prefix { $0 != "/" } + "/*"
        for pattern in [type, String(general), "*/*"] {
            if let quality = ranges.filter({ $0.pattern == pattern }).map(\.quality).max() { return quality }
        }
        return 0
    }

    /// Returns the elements of a list; a comma in quotes is part of one.
    private static func elements(of list: String) -> [Substring] {
        var isQuoted = false
        var isEscaped = false
        return list.unicodeScalars.split { scalar in
            defer { isEscaped = isQuoted && scalar == "\\" && !isEscaped }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            return scalar == "," && !isQuoted
        }.map { Substring($0) }
    }

    /// Reads a weight (12.4.2). What is none counts as 1: the client named the type.
    private static func quality(_ text: String) -> Double {
        guard let value = Double(text), (0...1).contains(value) else { return 1 }
        return value
    }
}

extension RequestHead {
    /// The media types that the client accepts.
    package var accepted: AcceptedTypes { AcceptedTypes(headers("accept")) }
}
