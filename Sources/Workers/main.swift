import Chassis
import Glibc
import MediaDecoding

// The helper that decodes pictures is this program again, before it has opened anything.
if CommandLine.arguments.dropFirst().first == DecoderMain.argument { DecoderMain.run() }

Signals.block()
guard CommandLine.arguments.count == 2, let pool = Pool(rawValue: CommandLine.arguments[1]) else {
    Failure.end("Workers needs a pool: \(Pool.allCases.map(\.rawValue).joined(separator: " or "))", code: 64)
}
do {
    let settings = try WorkerSettings(processEnvironment(), pool: pool, isTerminal: isatty(STDERR_FILENO) == 1)
    try WorkerProcess(pool, settings).run()
} catch let error as SettingsError {
    Failure.end("\(error)", code: Failure.wrongSettings)
} catch {
    Failure.end("cannot start: \(error)", code: 1)
}
