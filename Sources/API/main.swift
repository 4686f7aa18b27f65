import Chassis
import Glibc

Signals.block()
Descriptors.raiseLimit()
do {
    let environment = processEnvironment()
    switch CommandLine.arguments.dropFirst().first {
    case nil: try Server(APISettings(environment, isTerminal: isatty(STDERR_FILENO) == 1)).run()
    case "migrate": try Migrate(environment, isDryRun: CommandLine.arguments.contains("--dry-run")).run()
    case .some(let word): Failure.end("API has no command \(word); it has: migrate [--dry-run]", code: 64)
    }
} catch let error as SettingsError {
    Failure.end("\(error)", code: Failure.wrongSettings)
} catch {
    Failure.end("cannot start: \(error)", code: 1)
}
