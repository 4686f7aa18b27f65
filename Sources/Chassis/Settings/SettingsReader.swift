/// Reads settings from an environment and collects all mistakes, so that an operator sees them at once. Settings are
/// read at the start and passed down; no code reads the environment later.
package struct SettingsReader {
    private let environment: [String: String]
    private var problems: [String] = []

    package init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// Returns the value of a setting; after a mistake its default or, without one, the placeholder, which is used only
    /// until ``finish()`` throws.
    package mutating func read<Value>(_ setting: Setting<Value>, placeholder: @autoclosure () -> Value) -> Value {
        guard let text = environment[setting.name], !text.isEmpty else {
            if let fallback = setting.fallback { return fallback }
            problems.append("\(setting.name) must be set: \(setting.meaning)")
            return placeholder()
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
