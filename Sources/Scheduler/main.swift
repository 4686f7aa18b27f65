import Chassis
import Glibc

Signals.block()
do {
    try SchedulerProcess(SchedulerSettings(processEnvironment(), isTerminal: isatty(STDERR_FILENO) == 1)).run()
} catch let error as SettingsError {
    Failure.end("\(error)", code: Failure.wrongSettings)
} catch {
    Failure.end("cannot start: \(error)", code: 1)
}
