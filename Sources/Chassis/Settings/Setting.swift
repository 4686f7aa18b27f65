/// An environment variable: name, default, description and parser.
package struct Setting<Value: Sendable>: Sendable {
    package let name: String
    /// The value of an unset or empty variable; nil if it must be set.
    package let fallback: Value?
    /// One line for the error message.
    package let meaning: String
    /// Whether an unset variable is a mistake when `APP_ENV` is `production`.
    package private(set) var isRequiredInProduction = false
    let parse: @Sendable (String) -> Value?

    /// - Parameter parse: Returns nil for an invalid text.
    package init(
        _ name: String, default fallback: Value?, _ meaning: String, parse: @escaping @Sendable (String) -> Value?
    ) {
        self.name = name
        self.fallback = fallback
        self.meaning = meaning
        self.parse = parse
    }

    /// Returns the setting without its default in production: a value for development must not be used there unnoticed.
    /// - Parameter isNeeded: Whether the process uses the setting at all.
    package func requiredInProduction(_ isNeeded: Bool = true) -> Setting {
        var copy = self
        copy.isRequiredInProduction = isNeeded
        return copy
    }
}

extension Setting where Value == String {
    /// Any text.
    package init(_ name: String, default fallback: String?, _ meaning: String) {
        self.init(name, default: fallback, meaning) { $0 }
    }
}

extension Setting where Value == String? {
    /// Any text; optional.
    package init(optional name: String, _ meaning: String) {
        self.init(name, default: .some(nil), meaning) { .some($0) }
    }
}

extension Setting where Value == Int {
    /// An integer within bounds.
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

/// A value that is never printed: its description is redacted.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The value, for the code that uses it.
    package let exposed: Value

    package init(_ value: Value) {
        exposed = value
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
