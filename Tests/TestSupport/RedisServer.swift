import Foundation
import Glibc
import Synchronization

/// A Redis process of one test, which may kill, stop and restart it. It dies with its owner and with the test process.
package final class RedisServer: Sendable {
    package let port: Int
    private let arguments: [String]
    private let environment: [String: String]
    private let process: Mutex<RedisProcess>

    /// Starts it on a free port and returns when it accepts connections. The arguments are more options of
    /// `redis-server`, each `--name` followed by its value.
    package init(arguments: [String] = [], environment: [String: String] = [:]) async throws {
        signal(SIGPIPE, SIG_IGN)
        self.environment = environment
        self.arguments = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"] + arguments
        var attempts = 5
        while true {
            // Below the ports that the kernel gives to clients, so that it is still free at a restart.
            let port = Int.random(in: 10_000..<32_000)
            do {
                process = Mutex(
                    try await RedisProcess.start(["--port", "\(port)"] + self.arguments, environment: environment))
                self.port = port
                return
            } catch  where attempts > 1 {
                attempts -= 1
            }
        }
    }

    deinit {
        process.withLock { $0.signal(SIGKILL) }
    }

    package var url: String { "redis://127.0.0.1:\(port)" }

    /// Ends it at once (SIGKILL) and returns when it is gone.
    package func kill() async {
        let running = process.withLock { $0 }
        running.signal(SIGKILL)
        await running.exited()
    }

    /// Starts it again on the same port after ``kill()``: empty, unless the arguments make it keep a file.
    package func restart() async throws {
        let started = try await RedisProcess.start(["--port", "\(port)"] + arguments, environment: environment)
        process.withLock { $0 = started }
    }

    /// Stops it with SIGSTOP: its connections stay open and get no answer.
    package func suspend() {
        process.withLock { $0.signal(SIGSTOP) }
    }

    /// Continues it after ``suspend()`` (SIGCONT).
    package func resume() {
        process.withLock { $0.signal(SIGCONT) }
    }
}

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
