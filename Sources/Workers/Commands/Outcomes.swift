import Chassis
import Jobs

/// Tells what became of jobs that were named by their ids.
struct Outcomes {
    /// Completes "<id> is …".
    let done: String
    /// Completes "<id> is <place>: …".
    let refusal: String

    /// - Returns: The exit code: 1 when any could not be done.
    func tell(_ outcomes: JobOutcomes, at desk: CommandContext) -> Int32 {
        let fine = outcomes.names.filter { [.done, .interrupting].contains(outcomes[$0]) }
        if desk.isJSON || !fine.isEmpty {
            desk.say(fine.map { line($0, outcomes[$0]) }.joined(separator: "\n")) { json in
                json.member("jobs", array: outcomes.names) { json, name in
                    json.object { write(name, outcomes[name], to: &$0) }
                }
            }
        }
        if !desk.isJSON {
            for name in outcomes.names where !fine.contains(name) { desk.complain(line(name, outcomes[name])) }
        }
        return fine.count == outcomes.names.count ? 0 : 1
    }

    private func line(_ name: String, _ outcome: JobOutcome) -> String {
        switch outcome {
        case .done: "\(name) is \(done)."
        case .interrupting: "\(name) is \(done); it runs, and its worker is told within a second."
        case .refused(let place): "\(name) is \(place): \(refusal)."
        case .unknown: "There is no job \(name). Jobs that are done are not kept, unless their kind says so."
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
