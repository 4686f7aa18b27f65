import Chassis
import Jobs

/// `Workers retry <id>…` or `--queue email --all`: dead and cancelled jobs once more.
struct RetryCommand: OperatorCommand {
    static let word = "retry"
    static let arguments = "<id>… | --queue <queue> --all [--state cancelled]"
    static let purpose = "run dead or cancelled jobs once more, as if no attempt had been"

    private let choice: JobSelection

    init(_ words: inout Arguments) throws(UsageError) {
        choice = try JobSelection(&words, states: [.dead, .cancelled], fallback: .dead)
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        switch choice {
        case .some(let names):
            let outcomes = try await desk.inspector.revive(names)
            return Outcomes(done: "ready again", refusal: "only dead and cancelled jobs can be retried")
                .tell(outcomes, at: desk)
        case .all(let queue, let state):
            let count = try await desk.inspector.reviveAll(of: queue, state) { done, total in
                desk.showProgress("\(done) of \(total) are ready again")
            }
            desk.say(count == 0 ? "No job of \(queue) is \(state)." : "\(Format.jobs(count)) of \(queue) ready again.")
            {
                $0.member("queue", queue.rawValue)
                $0.member("state", state.rawValue)
                $0.member("count", count)
            }
            return 0
        }
    }
}
