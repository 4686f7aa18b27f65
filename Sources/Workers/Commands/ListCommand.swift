import Chassis
import Jobs

/// `Workers list <queue> --state dead`: jobs of a queue, one a line.
struct ListCommand: OperatorCommand {
    static let word = "list"
    static let arguments = "<queue> --state <state> [--limit <count>] [--newest]"
    static let purpose = "jobs of a queue in a state, fifty and the oldest first unless you say otherwise"

    private let queue: QueueName
    private let state: JobState
    private let limit: Int
    private let isNewestFirst: Bool

    init(_ words: inout Arguments) throws(UsageError) {
        state = try StateWord.state(try words.option("--state"), among: JobState.allCases)
        limit = try words.number("--limit", in: 1...1_000) ?? 50
        isNewestFirst = words.flag("--newest")
        queue = try QueueWord.queue(try words.next())
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        let jobs = try await desk.inspector.jobs(of: queue, state, limit: limit, isNewestFirst: isNewestFirst)
        desk.say(text(jobs)) { json in
            json.member("queue", queue.rawValue)
            json.member("state", state.rawValue)
            json.member("jobs", array: jobs) { json, job in
                json.object { json in
                    json.member("id", job.id)
                    json.member("kind", job.kind)
                    json.member("attempt", job.attempt)
                    json.member("at", job.time, .milliseconds)
                    json.member("error", job.error)
                    json.member("worker", job.worker)
                    json.member("ephemeral", job.isEphemeral)
                }
            }
        }
        return 0
    }

    private func text(_ jobs: [JobSummary]) -> String {
        guard !jobs.isEmpty else { return "No job of \(queue) is \(state)." }
        var table = Table("ID", "KIND", "FAILED#", timeTitle, state == .running ? "WORKER" : "ERROR")
        for job in jobs {
            table.add(
                job.id, job.kind, "\(job.attempt)", Format.distance(to: job.time),
                Format.line(state == .running ? job.worker ?? "" : job.error ?? ""))
        }
        let more = jobs.count == limit ? "\nThere may be more: --limit shows up to 1000." : ""
        return table.text + more
    }

    private var timeTitle: String {
        switch state {
        case .queued: "DUE"
        case .delayed: "RUNS"
        case .running: "PROMISED"
        case .waiting: "PROMISED"
        case .dead, .done, .cancelled: "ENDED"
        }
    }
}
