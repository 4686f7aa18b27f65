import Foundation
import Glibc

/// One life of a ``RedisServer``. Foundation's `Process` is no use here: it fails in a process with thousands of open
/// descriptors, as some tests make it.
final class RedisProcess: Sendable {
    struct DidNotStart: Error {
        let output: String
    }

    private let child: ChildProcess

    private init(_ child: ChildProcess) {
        self.child = child
    }

    /// Returns when it accepts connections.
    static func start(_ arguments: [String], environment: [String: String]) async throws -> RedisProcess {
        let output = "/tmp/redis-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(output) }
        let child = try await ChildProcess.start(
            ["/usr/bin/redis-server"] + arguments,
            environment: environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given },
            output: output)
        let said = { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }
        try await eventually("redis-server accepts connections", within: 20) {
            if child.exit != nil { throw DidNotStart(output: said()) }
            return said().contains("Ready to accept connections")
        }
        return RedisProcess(child)
    }

    func signal(_ number: CInt) { child.signal(number) }
    func exited() async { await child.exited() }
}
