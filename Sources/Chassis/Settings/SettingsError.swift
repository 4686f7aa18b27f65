/// Everything that is wrong with the environment, in words for an operator. Values are never repeated: they may be
/// secrets.
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
