/// One word that Workers understands besides the names of its pools.
struct Command: Sendable {
    let word: String
    /// What may follow it.
    let arguments: String
    let purpose: String
    /// Ends the process.
    let run: @Sendable (ArraySlice<String>) -> Never

    var usage: String { arguments.isEmpty ? "Workers \(word)" : "Workers \(word) \(arguments)" }
}

extension Command {
    init<Kind: OperatorCommand>(_ kind: Kind.Type) {
        self.init(word: Kind.word, arguments: Kind.arguments, purpose: Kind.purpose) { words in
            OperatorProcess.run(kind, words)
        }
    }
}
