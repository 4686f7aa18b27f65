import Jobs

/// `Workers cancel <id>…`: jobs that shall not run, or not go on.
struct CancelCommand: OperatorCommand {
    static let word = "cancel"
    static let arguments = "<id>…"
    static let purpose = "do not run these jobs; interrupt those that run"

    private let names: [String]

    init(_ words: inout Arguments) throws(UsageError) {
        names = try words.all()
        if names.isEmpty { throw UsageError(message: "Which jobs? Give their ids.") }
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        let outcomes = try await desk.inspector.cancel(names)
        return Outcomes(done: "cancelled", refusal: "only what waits or runs can be cancelled").tell(outcomes, at: desk)
    }
}
