import Chassis
import Jobs

/// The jobs that a command changes: some, by their ids, all of a queue in a state, or the dead ones of one cause.
enum JobSelection: Sendable {
    case some([String])
    case all(QueueName, JobState)
    case group(String)

    /// - Parameters:
    ///   - states: The values that `--state` may have.
    ///   - fallback: The state if `--state` is not given; nil requires `--state`.
    init(_ arguments: inout Arguments, states: [JobState], fallback: JobState?) throws(UsageError) {
        let state = try arguments.option("--state")
        let queue = try arguments.option("--queue")
        let isAll = arguments.flag("--all")
        let group = try arguments.option("--group")
        let ids = try arguments.all()
        if let group {
            guard queue == nil, state == nil, !isAll, ids.isEmpty else {
                throw UsageError(message: "A --group stands alone: it has a queue and a cause.")
            }
            self = .group(group)
            return
        }
        guard queue != nil || state != nil || isAll else {
            guard !ids.isEmpty else { throw UsageError(message: "Give the ids of jobs, a --queue or a --group.") }
            self = .some(ids)
            return
        }
        guard ids.isEmpty else { throw UsageError(message: "Give either ids or a --queue, not both.") }
        guard let queue else { throw UsageError(message: "Give a --queue. There are: \(Arguments.queueNames).") }
        // Without a required state, --all protects against a forgotten id.
        guard isAll || fallback == nil else {
            throw UsageError(message: "Add --all to select every such job of \(queue).")
        }
        let name = state ?? fallback?.rawValue
        self = .all(try Arguments.queue(named: queue), try Arguments.state(named: name, among: states))
    }
}

/// Prints the outcome for each job that was named by its id.
struct OutcomeReport {
    /// Completes "<id> is …".
    let done: String
    /// Completes "<id> is <place>: …".
    let refusal: String

    /// - Returns: The exit code: 1 if any job could not be changed.
    func print(_ outcomes: JobOutcomes, to context: CommandContext) -> Int32 {
        let changed = outcomes.names.filter { [.done, .interrupting].contains(outcomes[$0]) }
        if context.isJSON || !changed.isEmpty {
            context.print(changed.map { line($0, outcomes[$0]) }.joined(separator: "\n")) { json in
                json.member("jobs", array: outcomes.names) { json, name in
                    json.object { write(name, outcomes[name], to: &$0) }
                }
            }
        }
        if !context.isJSON {
            for name in outcomes.names where !changed.contains(name) {
                context.printError(line(name, outcomes[name]))
            }
        }
        return changed.count == outcomes.names.count ? 0 : 1
    }

    private func line(_ name: String, _ outcome: JobOutcome) -> String {
        switch outcome {
        case .done: "\(name) is \(done)."
        case .interrupting: "\(name) is \(done). It is running; its worker stops it within a second."
        case .refused(let place): "\(name) is \(place): \(refusal)."
        case .unknown: JobCommand.unknown(name)
        }
    }

    private func write(_ name: String, _ outcome: JobOutcome, to json: inout JSONWriter) {
        json.member("id", name)
        switch outcome {
        case .done: json.member("outcome", literal: "done")
        case .interrupting: json.member("outcome", literal: "interrupting")
        case .refused(let place):
            json.member("outcome", literal: "refused")
            json.member("place", place)
        case .unknown: json.member("outcome", literal: "unknown")
        }
    }
}
