import Chassis
import Glibc
import Jobs

/// A command that an operator gives about the queues.
protocol OperatorCommand: Sendable {
    static var name: String { get }
    /// The arguments as the help text shows them.
    static var arguments: String { get }
    static var purpose: String { get }
    /// Whether the command fails while Redis is unavailable.
    static var needsRedis: Bool { get }

    /// - Throws: ``UsageError``.
    init(_ arguments: inout Arguments) throws(UsageError)
    /// - Returns: The exit code.
    /// - Throws: ``CommandError``, or what the stores throw.
    func run(_ context: CommandContext) async throws -> Int32
}

extension OperatorCommand {
    static var needsRedis: Bool { true }
}

/// The arguments do not fit the command; the process exits with code 64.
struct UsageError: Error {
    let message: String
}

/// The command failed, with a sentence for the operator.
struct CommandError: Error {
    let message: String
}

/// One row of the table of commands.
struct Command: Sendable {
    let name: String
    let arguments: String
    let purpose: String
    /// Ends the process.
    let run: @Sendable (ArraySlice<String>) -> Never

    var usage: String { arguments.isEmpty ? "Workers \(name)" : "Workers \(name) \(arguments)" }
}

extension Command {
    init<Kind: OperatorCommand>(_ kind: Kind.Type) {
        self.init(name: Kind.name, arguments: Kind.arguments, purpose: Kind.purpose) { arguments in
            OperatorProcess.run(kind, arguments)
        }
    }

    static let all: [Command] = [
        Command(InspectCommand.self),
        Command(ListCommand.self),
        Command(JobCommand.self),
        Command(RetryCommand.self),
        Command(CancelCommand.self),
        Command(DeleteCommand.self),
        Command(PauseCommand.self),
        Command(ResumeCommand.self),
        Command(DrainCommand.self),
        Command(ReconcileCommand.self),
        Command(name: "help", arguments: "", purpose: "show this list") { _ in
            print(help)
            exit(0)
        },
    ]

    static func named(_ name: String?) -> Command? {
        all.first { $0.name == name } ?? (["--help", "-h"].contains(name) ? all.last : nil)
    }

    private static var help: String {
        let lines = all.map { "  \($0.usage)\n      \($0.purpose)" }
        let queues = QueueName.allCases.map { "  \($0.rawValue)\n      \($0.purpose)" }
        return """
            SocialPlay \(ProductVersion.version). Workers <queue> runs the jobs of one queue:
            \(queues.joined(separator: "\n"))

            Commands for operators. They read DATABASE_URL, REDIS_URL and REDIS_PREFIX; --json prints one JSON object:
            \(lines.joined(separator: "\n"))

            States: \(Arguments.names(of: JobState.allCases)).
            """
    }
}
