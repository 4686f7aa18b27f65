/// Why a cron expression is refused, in words for whoever wrote it.
struct CronError: Error, Equatable, CustomStringConvertible {
    let expression: String
    let reason: String

    var description: String { "the schedule \"\(expression)\" is refused: \(reason)" }
}
