import Chassis
import Domain
import Jobs

/// `Workers pause <queue>`: keeps workers from starting jobs of a queue.
struct PauseCommand: OperatorCommand {
    static let name = "pause"
    static let arguments = "<queue>"
    static let purpose = "start no job of a queue until it is resumed; running jobs go on"

    private let queue: QueueName

    init(_ arguments: inout Arguments) throws(UsageError) {
        queue = try Arguments.queue(named: try arguments.next())
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        try await context.inspector.pause(queue)
        context.print("\(queue) is paused. To resume it: Workers resume \(queue)") {
            $0.member("queue", queue.rawValue)
            $0.member("paused", true)
        }
        return 0
    }
}

/// `Workers resume <queue>`: ends a pause.
struct ResumeCommand: OperatorCommand {
    static let name = "resume"
    static let arguments = "<queue>"
    static let purpose = "resume a paused queue"

    private let queue: QueueName

    init(_ arguments: inout Arguments) throws(UsageError) {
        queue = try Arguments.queue(named: try arguments.next())
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        try await context.inspector.resume(queue)
        context.print("\(queue) is resumed. Its workers continue within about a second.") {
            $0.member("queue", queue.rawValue)
            $0.member("paused", false)
        }
        return 0
    }
}

/// `Workers drain <queue>`: waits until a queue has no job that could run now. It changes nothing.
struct DrainCommand: OperatorCommand {
    static let name = "drain"
    static let arguments = "<queue> [--timeout <seconds>]"
    static let purpose = "wait until no job of a queue is queued or running; changes nothing"

    private let queue: QueueName
    private let timeout: Int?

    init(_ arguments: inout Arguments) throws(UsageError) {
        timeout = try arguments.number("--timeout", in: 1...604_800)
        queue = try Arguments.queue(named: try arguments.next())
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        let end = timeout.map { monotonicNanoseconds() + UInt64($0) * 1_000_000_000 } ?? .max
        while true {
            guard let left = try await context.inspector.remainder(of: queue) else {
                throw CommandError(message: "Redis gave an unexpected reply about \(queue).")
            }
            if left.jobs == 0 {
                let delayed =
                    left.delayed == 0
                    ? "" : " \(Format.jobs(left.delayed)) delayed: Workers list \(queue) --state delayed"
                context.print("No job of \(queue) is queued or running.\(delayed)") {
                    $0.member("queue", queue.rawValue)
                    $0.member("drained", true)
                    $0.member("delayed", left.delayed)
                }
                return 0
            }
            if left.isPaused {
                throw CommandError(
                    message: "\(queue) is paused with \(Format.jobs(left.jobs)) left: Workers resume \(queue)")
            }
            guard monotonicNanoseconds() < end else {
                throw CommandError(message: "Timed out with \(Format.jobs(left.jobs)) of \(queue) left.")
            }
            context.showProgress(
                "\(Format.jobs(left.jobs)) of \(queue) left" + (left.workers == 0 ? "; the queue has no worker" : ""))
            try await context.loop.sleep(for: .milliseconds(250))
        }
    }
}

/// `Workers reconcile <user id>|--all`: enqueues a job that corrects denormalised counters.
struct ReconcileCommand: OperatorCommand {
    static let name = "reconcile"
    static let arguments = "<user id>|--all"
    static let purpose = "correct the counters of profiles by the rows they count"
    /// The outbox row is enough: the sweep pushes it.
    static let needsRedis = false

    /// Nil: every account.
    private let account: UserID?

    init(_ arguments: inout Arguments) throws(UsageError) {
        let isAll = arguments.flag("--all")
        let id = try arguments.next()
        account = id.flatMap { UserID($0) }
        guard isAll ? id == nil : account != nil else { throw UsageError(message: "Give a user id, or --all.") }
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        let isNew = try await context.enqueue(ReconcileCounters(account: account))
        context.print(
            isNew
                ? "enqueued: a worker of \(ReconcileCounters.queue) starts it within seconds"
                : "already enqueued and not finished yet"
        ) { $0.member("enqueued", isNew) }
        return 0
    }
}
