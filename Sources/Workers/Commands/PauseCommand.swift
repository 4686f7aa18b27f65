import Chassis
import Jobs

/// `Workers pause <queue>`: nothing new begins.
struct PauseCommand: OperatorCommand {
    static let word = "pause"
    static let arguments = "<queue>"
    static let purpose = "begin no job of a queue until it is resumed; what runs goes on"

    private let queue: QueueName

    init(_ words: inout Arguments) throws(UsageError) {
        queue = try QueueWord.queue(try words.next())
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        try await desk.inspector.pause(queue)
        desk.say("\(queue) is paused; Workers resume \(queue) lets it go on.") {
            $0.member("queue", queue.rawValue)
            $0.member("paused", true)
        }
        return 0
    }
}
