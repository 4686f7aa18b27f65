/// Reads settings from an environment and collects all mistakes, so that an operator sees them at once. Settings are
/// read at the start and passed down; no code reads the environment later.
package struct SettingsReader {
    private let environment: [String: String]
    private var problems: [String] = []
    /// Whether `APP_ENV` is `production`.
    package let isProduction: Bool

    package init(_ environment: [String: String]) {
        self.environment = environment
        isProduction = environment["APP_ENV"] == "production"
    }

    /// Returns the value of a setting; after a mistake its default or, without one, the placeholder, which is used only
    /// until ``finish()`` throws.
    package mutating func read<Value>(_ setting: Setting<Value>, placeholder: @autoclosure () -> Value) -> Value {
        guard let text = environment[setting.name], !text.isEmpty else {
            if setting.isRequiredInProduction, isProduction {
                problems.append("\(setting.name) must be set in production: \(setting.meaning)")
            } else if setting.fallback == nil {
                problems.append("\(setting.name) must be set: \(setting.meaning)")
            }
            return setting.fallback ?? placeholder()
        }
        // A line break in a URL or a secret would end up in headers, mails and log lines.
        if text.unicodeScalars.contains(where: \.isControlCharacter) {
            problems.append("\(setting.name) is not acceptable: it contains a line break or another control character")
            return setting.fallback ?? placeholder()
        }
        if let value = setting.parse(text) { return value }
        problems.append("\(setting.name) is not acceptable: \(setting.meaning)")
        return setting.fallback ?? placeholder()
    }

    /// Returns the value of a setting that has a default.
    package mutating func read<Value>(_ setting: Setting<Value>) -> Value {
        guard let fallback = setting.fallback else { preconditionFailure("\(setting.name) has no default") }
        return read(setting, placeholder: fallback)
    }

    /// Records a mistake of several settings together.
    package mutating func reject(_ problem: String) {
        problems.append(problem)
    }

    /// Whether a mistake was found so far.
    package var hasProblems: Bool { !problems.isEmpty }

    /// - Throws: ``SettingsError`` with all mistakes.
    package func finish() throws(SettingsError) {
        if !problems.isEmpty { throw SettingsError(problems: problems) }
    }
}

/// All mistakes of the environment, for an operator. Values are not repeated: they may be secrets.
package struct SettingsError: Error, CustomStringConvertible {
    package let problems: [String]

    package init(problems: [String]) {
        self.problems = problems
    }

    package var description: String {
        "The settings are not usable (.env.example lists all of them):\n"
            + problems.map { "  - \($0)" }.joined(separator: "\n")
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character (C0, DEL, C1) or one of Unicode's line breaks.
    fileprivate var isControlCharacter: Bool {
        value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029
    }
}
