/// Something an operator asks of the queues.
protocol OperatorCommand: Sendable {
    static var word: String { get }
    /// What may follow the word.
    static var arguments: String { get }
    static var purpose: String { get }

    /// - Throws: ``UsageError``.
    init(_ words: inout Arguments) throws(UsageError)
    /// - Returns: The exit code.
    /// - Throws: ``CommandError``, or what the stores throw.
    func run(_ desk: CommandContext) async throws -> Int32
}

/// The words after the command do not say what to do.
struct UsageError: Error {
    let message: String
}

/// It cannot be done; a sentence for the operator.
struct CommandError: Error {
    let message: String
}
