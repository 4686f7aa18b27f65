import Chassis
import Jobs

/// `Workers list <queue> --state dead`: lists jobs of a queue, one per line; with `--groups` one line per cause.
struct ListCommand: OperatorCommand {
    static let name = "list"
    static let arguments = "<queue> --state <state> [--limit <count>] [--newest] | [<queue>] --groups"
    static let purpose = """
        list jobs of a queue in a state; by default the fifty oldest, oldest first
              --groups: one line for each queue, kind and cause of dead jobs
        """

    private enum Selection {
        case jobs(QueueName, JobState)
        case groups([QueueName])
    }

    private let selection: Selection
    private let limit: Int
    private let isNewestFirst: Bool

    init(_ arguments: inout Arguments) throws(UsageError) {
        let isGrouped = arguments.flag("--groups")
        let state = try arguments.option("--state")
        limit = try arguments.number("--limit", in: 1...1_000) ?? (isGrouped ? 1_000 : 50)
        isNewestFirst = arguments.flag("--newest")
        let queue = try arguments.next()
        guard isGrouped else {
            let state = try Arguments.state(named: state, among: JobState.allCases)
            selection = .jobs(try Arguments.queue(named: queue), state)
            return
        }
        guard state == nil || state == JobState.dead.rawValue, !isNewestFirst else {
            throw UsageError(message: "--groups lists dead jobs alone, the largest groups first.")
        }
        selection = .groups(queue == nil ? QueueName.allCases : [try Arguments.queue(named: queue)])
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        switch selection {
        case .jobs(let queue, let state): try await list(queue, state, context)
        case .groups(let queues):
            let groups = try await context.inspector.deadGroups(of: queues, limit: limit)
            context.print(groups.isEmpty ? "No job is dead." : DeadJobGroup.table(groups[...])) { json in
                json.member("groups", array: groups) { json, group in json.object { group.write(to: &$0) } }
            }
        }
        return 0
    }

    private func list(_ queue: QueueName, _ state: JobState, _ context: CommandContext) async throws {
        let jobs = try await context.inspector.jobs(of: queue, state, limit: limit, isNewestFirst: isNewestFirst)
        context.print(text(jobs, of: queue, state)) { json in
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
    }

    private func text(_ jobs: [JobSummary], of queue: QueueName, _ state: JobState) -> String {
        guard !jobs.isEmpty else { return "No job of \(queue) is \(state)." }
        var table = Table("ID", "KIND", "FAILED#", timeTitle(state), state == .running ? "WORKER" : "ERROR")
        for job in jobs {
            table.add(
                job.id, job.kind, "\(job.attempt)", Format.distance(to: job.time),
                Format.line(state == .running ? job.worker ?? "" : job.error ?? ""))
        }
        let more = jobs.count == limit ? "\nThere may be more: --limit takes up to 1000." : ""
        return table.text + more
    }

    private func timeTitle(_ state: JobState) -> String {
        switch state {
        case .queued: "DUE"
        case .delayed: "RUNS"
        case .running, .waiting: "ENQUEUED"
        case .dead, .done, .cancelled: "ENDED"
        }
    }
}

extension DeadJobGroup {
    /// One line for each group.
    static func table(_ groups: ArraySlice<DeadJobGroup>) -> String {
        var table = Table("GROUP", "QUEUE", "KIND", "DEAD#", "NEWEST", "CAUSE")
        for group in groups {
            table.add(
                group.name, group.queue, group.kind, "\(group.count)", Format.distance(to: group.newest),
                Format.line(group.cause, limit: 100))
        }
        return table.text
    }

    func write(to json: inout JSONWriter) {
        json.member("group", name)
        json.member("queue", queue)
        json.member("kind", kind)
        json.member("cause", cause)
        json.member("count", count)
        json.member("newest", newest, .milliseconds)
        json.member("example", example)
    }
}
