import Chassis
import Jobs

/// `Workers inspect [queue]`: shows the state of the queues.
struct InspectCommand: OperatorCommand {
    static let name = "inspect"
    static let arguments = "[<queue>]"
    static let purpose = "show the jobs of each queue by state, the totals of their kinds, and dead jobs by cause"
    /// How many groups of dead jobs are printed; `Workers list --groups` prints all.
    private static let groupLimit = 20

    private let queues: [QueueName]

    init(_ arguments: inout Arguments) throws(UsageError) {
        let name = try arguments.next()
        queues = name == nil ? QueueName.allCases : [try Arguments.queue(named: name)]
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        let overviews = try await context.inspector.overviews(of: queues)
        let retained = try await context.inspector.retained()
        let groups = try await context.inspector.deadGroups(of: queues)
        context.print(text(overviews, retained, groups)) { json in
            json.member("queues", array: overviews) { json, queue in
                json.object { write(queue, retained[queue.queue] ?? .none, to: &$0) }
            }
            json.member("deadGroups", array: groups) { json, group in json.object { group.write(to: &$0) } }
        }
        return 0
    }

    private func text(
        _ overviews: [QueueOverview], _ retained: [QueueName: RetainedJobs], _ groups: [DeadJobGroup]
    ) -> String {
        var table = Table(
            "QUEUE", "QUEUED#", "HIGH#", "LOW#", "RUNNING#", "DELAYED#", "PARKED#", "WAITING#", "DEAD#", "OLDEST#",
            "JOBS/S#", "WORKERS#", "")
        var notes: [String] = []
        for queue in overviews {
            let retained = retained[queue.queue] ?? .none
            let dead = retained.dead + queue.deadLetters
            table.add(
                queue.queue.rawValue, "\(queue.queued)", "\(queue.high)", "\(queue.low)", "\(queue.running)",
                "\(queue.delayed)", "\(queue.parked)", "\(retained.waiting)", "\(dead)",
                queue.oldestMilliseconds == 0
                    ? "-" : Format.time(seconds: Double(queue.oldestMilliseconds) / 1_000),
                Format.rate(queue.perSecond), "\(queue.workers)", queue.isPaused ? "paused" : "")
            if dead > 0 { notes.append("Dead jobs: Workers list \(queue.queue.rawValue) --state dead") }
            if queue.workers == 0, queue.queued > 0 { notes.append("\(queue.queue.rawValue) has no worker.") }
        }
        var parts = [table.text, kinds(overviews)]
        if !groups.isEmpty {
            parts.append("\n" + DeadJobGroup.table(groups.prefix(Self.groupLimit)))
            notes.append("One cause at a time: Workers retry --group <group>, Workers delete --group <group>")
        }
        if groups.count > Self.groupLimit { notes.append("There are \(groups.count) causes: Workers list --groups") }
        return (parts + notes).joined(separator: "\n")
    }

    private func kinds(_ overviews: [QueueOverview]) -> String {
        var table = Table("KIND", "QUEUE", "DONE#", "FAILED#", "DEAD#", "MEAN RUN#", "MEAN WAIT#")
        for queue in overviews {
            for kind in queue.kinds {
                table.add(
                    kind.kind, queue.queue.rawValue, "\(kind.done)", "\(kind.failed)", "\(kind.dead)",
                    kind.done == 0 ? "-" : Format.time(seconds: kind.meanRunSeconds),
                    kind.done == 0 ? "-" : Format.time(seconds: kind.meanWaitSeconds))
            }
        }
        return overviews.allSatisfy(\.kinds.isEmpty) ? "No job has ended yet." : "\n" + table.text
    }

    private func write(_ queue: QueueOverview, _ retained: RetainedJobs, to json: inout JSONWriter) {
        json.member("name", queue.queue.rawValue)
        json.object("queued") { json in
            json.member("high", queue.high)
            json.member("normal", queue.normal)
            json.member("low", queue.low)
        }
        json.member("running", queue.running)
        json.member("delayed", queue.delayed)
        json.member("parked", queue.parked)
        json.member("waiting", retained.waiting)
        json.member("dead", retained.dead + queue.deadLetters)
        json.member("oldestSeconds", Double(queue.oldestMilliseconds) / 1_000)
        json.member("perSecond", queue.perSecond)
        json.member("workers", queue.workers)
        json.member("paused", queue.isPaused)
        json.member("kinds", array: queue.kinds) { json, kind in
            json.object { json in
                json.member("kind", kind.kind)
                json.member("done", kind.done)
                json.member("failed", kind.failed)
                json.member("dead", kind.dead)
                json.member("meanRunSeconds", kind.meanRunSeconds)
                json.member("meanWaitSeconds", kind.meanWaitSeconds)
            }
        }
    }
}
