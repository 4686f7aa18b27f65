import Chassis
import Jobs

/// `Workers drain <queue>`: waits until nothing of a queue is left to do, and changes nothing.
struct DrainCommand: OperatorCommand {
    static let word = "drain"
    static let arguments = "<queue> [--timeout <seconds>]"
    static let purpose = "wait until nothing of a queue is left to do now; changes nothing"

    private let queue: QueueName
    private let timeout: Int?

    init(_ words: inout Arguments) throws(UsageError) {
        timeout = try words.number("--timeout", in: 1...604_800)
        queue = try QueueWord.queue(try words.next())
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        let end = timeout.map { monotonicNanoseconds() + UInt64($0) * 1_000_000_000 } ?? .max
        while true {
            guard let left = try await desk.inspector.remainder(of: queue) else {
                throw CommandError(message: "Redis gives no sense of \(queue).")
            }
            if left.jobs == 0 {
                let later =
                    left.delayed == 0
                    ? "" : " \(Format.jobs(left.delayed)) for later: Workers list \(queue) --state delayed"
                desk.say("Nothing of \(queue) is left to do now.\(later)") {
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
                throw CommandError(message: "\(Format.jobs(left.jobs)) of \(queue) left when the time was over.")
            }
            desk.showProgress(
                "\(Format.jobs(left.jobs)) of \(queue) left" + (left.workers == 0 ? ", and nobody works on them" : ""))
            try await desk.loop.sleep(for: .milliseconds(250))
        }
    }
}
