import Chassis
import Jobs

/// `Workers delete <id>…` or `--queue email --state dead`: jobs gone without a trace.
struct DeleteCommand: OperatorCommand {
    static let word = "delete"
    static let arguments = "<id>… | --queue <queue> --state <state>"
    static let purpose = "remove jobs without a trace; what they promised is not done"

    private let choice: JobSelection

    init(_ words: inout Arguments) throws(UsageError) {
        choice = try JobSelection(&words, states: JobState.allCases.filter { $0 != .running }, fallback: nil)
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        switch choice {
        case .some(let names):
            return Outcomes(done: "gone", refusal: "it stays")
                .tell(try await desk.inspector.delete(names), at: desk)
        case .all(let queue, let state):
            let count = try await desk.inspector.deleteAll(of: queue, state) { done, total in
                desk.showProgress("\(done) of \(total) are gone")
            }
            desk.say(count == 0 ? "No job of \(queue) is \(state)." : "\(Format.jobs(count)) of \(queue) gone.") {
                $0.member("queue", queue.rawValue)
                $0.member("state", state.rawValue)
                $0.member("count", count)
            }
            return 0
        }
    }
}
