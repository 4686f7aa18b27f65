import Chassis
import Glibc
import Jobs
import MediaDecoding

// The sandboxed decoder is this program, started again before it opens anything.
DecoderMain.runIfAsked(CommandLine.arguments)

// A closed connection or pipe is reported as an error of a write.
signal(SIGPIPE, SIG_IGN)
if let command = Command.named(CommandLine.arguments.dropFirst().first) {
    command.run(CommandLine.arguments.dropFirst(2))
}
guard CommandLine.arguments.count == 2, let pool = QueueName(rawValue: CommandLine.arguments[1]) else {
    let pools = QueueName.allCases.map(\.rawValue).joined(separator: " or ")
    Failure.end("Workers needs a pool (\(pools)) or a command; see Workers help", code: 64)
}
Signals.block()
do {
    let settings = try WorkerSettings(processEnvironment(), pool: pool, isTerminal: isatty(STDERR_FILENO) == 1)
    try WorkerProcess(pool, settings).run()
} catch let error as SettingsError {
    Failure.end("\(error)", code: Failure.wrongSettings)
} catch {
    Failure.end("cannot start: \(error)", code: 1)
}
