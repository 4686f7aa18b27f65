import Foundation
import JobProbing
import TestSupport

/// A running process that does as its jobs tell it.
final class Probe: Sendable {
    enum Role: String, Sendable {
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

    /// Returns when it does its work.
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

    /// The system's number of it.
    var process: Int { child.number }

    /// How it ended; nil while it runs.
    var exit: ChildProcess.Exit? { child.exit }

    /// Everything that it has written.
    var output: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

    /// Ends it at once, and says so among the lines.
    func kill() async {
        child.signal(SIGKILL)
        await child.exited()
        guard let lines, let file = FileHandle(forWritingAtPath: lines) else { return }
        defer { try? file.close() }
        _ = try? file.seekToEnd()
        try? file.write(contentsOf: Data(ProbeLine(.killed, process, process: process).text.utf8))
    }

    /// Asks it to end.
    @discardableResult
    func terminate() async -> ChildProcess.Exit {
        child.signal(SIGTERM)
        return await child.exited()
    }

    func exited() async { await child.exited() }
    func suspend() { child.signal(SIGSTOP) }
    func resume() { child.signal(SIGCONT) }
}
