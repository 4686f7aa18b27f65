import Chassis
import Jobs

/// `Workers resume <queue>`: goes on after a pause.
struct ResumeCommand: OperatorCommand {
    static let word = "resume"
    static let arguments = "<queue>"
    static let purpose = "go on with a queue after a pause"

    private let queue: QueueName

    init(_ words: inout Arguments) throws(UsageError) {
        queue = try QueueWord.queue(try words.next())
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        try await desk.inspector.resume(queue)
        desk.say("\(queue) goes on within about a second.") {
            $0.member("queue", queue.rawValue)
            $0.member("paused", false)
        }
        return 0
    }
}
