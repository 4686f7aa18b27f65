/// Reads settings out of an environment and collects every mistake, so that an operator sees all of them at once.
/// Settings are read at start and passed down; nobody reads the environment later.
package struct SettingsReader {
    private let environment: [String: String]
    private var problems: [String] = []

    package init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The setting's value; after a mistake its default or, when it has none, the placeholder, which only lives until
    /// ``finish()`` throws.
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

    /// The value of a setting that has a default.
    package mutating func read<Value>(_ setting: Setting<Value>) -> Value {
        guard let fallback = setting.fallback else { preconditionFailure("\(setting.name) has no default") }
        return read(setting, placeholder: fallback)
    }

    /// Notes a mistake that shows only when several settings are seen together.
    package mutating func reject(_ problem: String) {
        problems.append(problem)
    }

    /// Whether a mistake was found so far.
    package var hasProblems: Bool { !problems.isEmpty }

    /// - Throws: ``SettingsError`` with every mistake.
    package func finish() throws(SettingsError) {
        if !problems.isEmpty { throw SettingsError(problems: problems) }
    }
}
