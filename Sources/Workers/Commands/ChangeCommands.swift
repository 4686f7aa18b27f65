import Chassis
import Jobs

/// `Workers retry <id>…`, `--group 0f3a…` or `--queue email --all`: queues dead and cancelled jobs again.
struct RetryCommand: OperatorCommand {
    static let name = "retry"
    static let arguments = "<id>… | --group <group> | --queue <queue> --all [--state cancelled]"
    static let purpose = "queue dead or cancelled jobs again, with all their attempts"

    private let selection: JobSelection

    init(_ arguments: inout Arguments) throws(UsageError) {
        selection = try JobSelection(&arguments, states: [.dead, .cancelled], fallback: .dead)
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        switch selection {
        case .some(let names):
            let outcomes = try await context.inspector.retry(names)
            return OutcomeReport(done: "queued again", refusal: "only dead and cancelled jobs can be retried")
                .print(outcomes, to: context)
        case .all(let queue, let state):
            let count = try await context.inspector.retryAll(of: queue, state) { done, total in
                context.showProgress("\(done) of \(total) queued again")
            }
            context.printCount(count, of: queue, state, "queued again")
            return 0
        case .group(let name):
            let changed = try await context.inspector.retryGroup(name) { done, total in
                context.showProgress("\(done) of \(total) queued again")
            }
            return try context.printCount(changed, ofGroup: name, "queued again")
        }
    }
}

/// `Workers cancel <id>…`: keeps jobs from running, and interrupts those that run.
struct CancelCommand: OperatorCommand {
    static let name = "cancel"
    static let arguments = "<id>…"
    static let purpose = "keep jobs from running, and interrupt those that run"

    private let names: [String]

    init(_ arguments: inout Arguments) throws(UsageError) {
        names = try arguments.all()
        if names.isEmpty { throw UsageError(message: "Give the ids of jobs.") }
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        let outcomes = try await context.inspector.cancel(names)
        return OutcomeReport(done: "cancelled", refusal: "only queued, delayed and running jobs can be cancelled")
            .print(outcomes, to: context)
    }
}

/// `Workers delete <id>…`, `--group 0f3a…` or `--queue email --state dead`: deletes jobs without a trace.
struct DeleteCommand: OperatorCommand {
    static let name = "delete"
    static let arguments = "<id>… | --group <group> | --queue <queue> --state <state>"
    static let purpose = "delete jobs without a trace; their work is not done"

    private let selection: JobSelection

    init(_ arguments: inout Arguments) throws(UsageError) {
        selection = try JobSelection(&arguments, states: JobState.allCases.filter { $0 != .running }, fallback: nil)
    }

    func run(_ context: CommandContext) async throws -> Int32 {
        switch selection {
        case .some(let names):
            return OutcomeReport(done: "deleted", refusal: "it cannot be deleted")
                .print(try await context.inspector.delete(names), to: context)
        case .all(let queue, let state):
            let count = try await context.inspector.deleteAll(of: queue, state) { done, total in
                context.showProgress("\(done) of \(total) deleted")
            }
            context.printCount(count, of: queue, state, "deleted")
            return 0
        case .group(let name):
            let changed = try await context.inspector.deleteGroup(name) { done, total in
                context.showProgress("\(done) of \(total) deleted")
            }
            return try context.printCount(changed, ofGroup: name, "deleted")
        }
    }
}

extension CommandContext {
    /// Prints how many jobs of a group were changed.
    /// - Returns: The exit code.
    /// - Throws: ``CommandError`` if there is no such group.
    fileprivate func printCount(
        _ changed: (queue: QueueName, count: Int)?, ofGroup name: String, _ change: String
    ) throws -> Int32 {
        guard let (queue, count) = changed else {
            throw CommandError(message: "There is no group \(name) of dead jobs. Workers list --groups shows all.")
        }
        print("\(Format.jobs(count)) of \(queue) \(change).") {
            $0.member("group", name)
            $0.member("queue", queue.rawValue)
            $0.member("count", count)
        }
        return 0
    }

    /// Prints how many jobs of a queue in a state were changed.
    fileprivate func printCount(_ count: Int, of queue: QueueName, _ state: JobState, _ change: String) {
        print(count == 0 ? "No job of \(queue) is \(state)." : "\(Format.jobs(count)) of \(queue) \(change).") {
            $0.member("queue", queue.rawValue)
            $0.member("state", state.rawValue)
            $0.member("count", count)
        }
    }
}
