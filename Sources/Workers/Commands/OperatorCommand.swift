/// Something an operator asks of the queues.
protocol OperatorCommand: Sendable {
    static var word: String { get }
    /// What may follow the word.
    static var arguments: String { get }
    static var purpose: String { get }

    /// - Throws: ``WrongUse``.
    init(_ words: inout Words) throws(WrongUse)
    /// - Returns: The exit code.
    /// - Throws: ``Trouble``, or what the stores throw.
    func run(_ desk: Desk) async throws -> Int32
}

/// The words after the command do not say what to do.
struct WrongUse: Error {
    let message: String
}

/// It cannot be done; a sentence for the operator.
struct Trouble: Error {
    let message: String
}
