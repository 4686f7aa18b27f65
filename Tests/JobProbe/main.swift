import Chassis
import Glibc

// A worker, a sweeper or a writer for the tests of the job engine, which kill it.
Signals.block()
do {
    let settings = try ProbeSettings(processEnvironment())
    switch CommandLine.arguments.dropFirst().first {
    case "worker": try ProbeProcess.worker(settings).run()
    case "sweeper": ProbeProcess.sweeper(settings).run()
    case "writer": try ProbeProcess.writer(settings).run()
    default: Failure.end("JobProbe needs a role: worker, sweeper or writer", code: 64)
    }
} catch {
    Failure.end("\(error)", code: Failure.wrongSettings)
}
