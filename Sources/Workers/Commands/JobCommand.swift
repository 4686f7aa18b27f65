import Chassis
import Jobs

/// `Workers job <id>`: everything that is known of one job.
struct JobCommand: OperatorCommand {
    static let word = "job"
    static let arguments = "<id>"
    static let purpose = "everything that is known of one job, its history included"

    private let name: String

    init(_ words: inout Arguments) throws(UsageError) {
        guard let name = try words.next() else { throw UsageError(message: "Which job?") }
        self.name = name
    }

    func run(_ desk: CommandContext) async throws -> Int32 {
        let (row, trail) = try await desk.inspector.find(name)
        guard row != nil || trail != nil else {
            desk.complain(
                "There is no job \(name). Jobs that are done are not kept, unless their kind says so.")
            return 1
        }
        let report = JobReport(name: name, row: row, trail: trail)
        desk.say(report.text) { json in json.object("job") { report.write(to: &$0) } }
        return 0
    }
}
