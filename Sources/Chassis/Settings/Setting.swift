/// One environment variable: its name, what it is when unset, what it means, and how it is read.
package struct Setting<Value: Sendable>: Sendable {
    package let name: String
    /// What an unset (or empty) variable means; nil when it must be set.
    package let fallback: Value?
    /// One line for `.env.example` and for the message when it is wrong.
    package let meaning: String
    let parse: @Sendable (String) -> Value?

    /// - Parameter parse: Nil for a text that is not acceptable.
    package init(
        _ name: String, default fallback: Value?, _ meaning: String, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.name = name
        self.fallback = fallback
        self.meaning = meaning
        self.parse = parse
    }
}

extension Setting where Value == String {
    /// Any text.
    package init(_ name: String, default fallback: String?, _ meaning: String) {
        self.init(name, default: fallback, meaning) { $0 }
    }
}

extension Setting where Value == String? {
    /// Any text, or nothing.
    package init(optional name: String, _ meaning: String) {
        self.init(name, default: .some(nil), meaning) { .some($0) }
    }
}

extension Setting where Value == Int {
    /// A whole number within bounds.
    package init(_ name: String, default fallback: Int, in range: ClosedRange<Int>, _ meaning: String) {
        self.init(name, default: fallback, "\(meaning) (\(range.lowerBound) to \(range.upperBound))") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension Setting where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the names of an enumeration.
    package init(_ name: String, default fallback: Value, oneOf meaning: String) {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        self.init(name, default: fallback, "\(meaning) (one of: \(names))") { Value(rawValue: $0) }
    }
}

extension Setting where Value == Bool {
    /// `on` or `off`.
    package init(_ name: String, default fallback: Bool, _ meaning: String) {
        self.init(name, default: fallback, "\(meaning) (on or off)") { text in
            switch text {
            case "on": true
            case "off": false
            default: nil
            }
        }
    }
}
