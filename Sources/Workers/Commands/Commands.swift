import Glibc

/// Everything that Workers can be asked on the command line.
enum Commands {
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
        Command(
            word: Reconcile.word, arguments: "<user id>|--all",
            purpose: "make the counters of profiles equal to the rows they count", run: Reconcile.run),
        Command(word: "help", arguments: "", purpose: "this list") { _ in
            print(help)
            exit(0)
        },
    ]

    static func named(_ word: String?) -> Command? {
        all.first { $0.word == word } ?? (["--help", "-h"].contains(word) ? all.last : nil)
    }

    private static var help: String {
        let lines = all.map { "  \($0.usage)\n      \($0.purpose)" }
        let pools = Pool.allCases.map(\.rawValue).joined(separator: "|")
        return """
            Workers \(pools)
              runs the jobs of one queue.

            For operators; DATABASE_URL, REDIS_URL and REDIS_PREFIX say where, --json makes the answer one JSON object:
            \(lines.joined(separator: "\n"))

            Queues: \(QueueWord.all). States: \(StateWord.all).
            """
    }
}
