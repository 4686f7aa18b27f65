import Chassis
import Jobs

/// `Workers list <queue> --state dead`: lists jobs of a queue, one per line.
struct ListCommand: OperatorCommand {
    static let name = "list"
    static let arguments = "<queue> --state <state> [--limit <count>] [--newest]"
    static let purpose = "list jobs of a queue in a state; by default the fifty oldest, oldest first"

    private let queue: QueueName
    private let state: JobState
    private let limit: Int
    private let isNewestFirst: Bool

    init(_ arguments: inout Arguments) throws(UsageError) {
        state = try Arguments.state(named: try arguments.option("--state"), among: JobState.allCases)
        limit = try arguments.number("--limit", in: 1...1_000) ?? 50
        isNewestFirst = arguments.flag("--newest")
        queue = try Arguments.queue(named: try arguments.next())
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        let jobs = try await context.inspector.jobs(of: queue, state, limit: limit, isNewestFirst: isNewestFirst)
        context.print(text(jobs)) { json in
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
        let more = jobs.count == limit ? "\nThere may be more: --limit takes up to 1000." : ""
        return table.text + more
    }

    private var timeTitle: String {
        switch state {
        case .queued: "DUE"
        case .delayed: "RUNS"
        case .running, .waiting: "ENQUEUED"
        case .dead, .done, .cancelled: "ENDED"
        }
    }
}
