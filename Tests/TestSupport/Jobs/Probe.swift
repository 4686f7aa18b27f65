import Foundation
import JobProbing

/// A running probe: a process that works, sweeps or writes as its jobs tell it, and that a test may kill.
package final class Probe: Sendable {
    package enum Role: String, Sendable {
        case worker, sweeper, writer
    }

    private let child: ChildProcess
    private let log: String
    private let lines: String?

    private init(_ child: ChildProcess, log: String, lines: String?) {
        self.child = child
        self.log = log
        self.lines = lines
    }

    /// Starts a probe and returns when it is ready.
    static func start(_ role: Role, environment: [String: String], log: String) async throws -> Probe {
        let child = try await ChildProcess.start(
            [ProductExecutable.path("JobProbe"), role.rawValue], environment: environment, output: log)
        let probe = Probe(child, log: log, lines: environment["PROBE_LINES"])
        try await eventually("a probe is ready", within: 30) {
            if let exit = child.exit { throw Overdue(description: "a probe ended, \(exit):\n\(probe.output)") }
            return probe.output.contains("ready")
        }
        return probe
    }

    /// The process id.
    package var process: Int { child.number }

    /// How it ended; nil while it runs.
    package var exit: ChildProcess.Exit? { child.exit }

    /// Its log.
    package var output: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

    var lastLines: String { output.split(separator: "\n").suffix(15).joined(separator: "\n") }

    /// Kills it with SIGKILL, and appends that to the file of lines.
    package func kill() async {
        child.signal(SIGKILL)
        await child.exited()
        guard let lines, let file = FileHandle(forWritingAtPath: lines) else { return }
        defer { try? file.close() }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data(ProbeLine(.killed, process, process: process).text.utf8))
    }

    /// Sends it SIGTERM and returns how it ended.
    @discardableResult
    package func terminate() async -> ChildProcess.Exit {
        child.signal(SIGTERM)
        return await child.exited()
    }

    package func exited() async { await child.exited() }
    package func suspend() { child.signal(SIGSTOP) }
    package func resume() { child.signal(SIGCONT) }
}
