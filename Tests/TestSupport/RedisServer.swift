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

    /// It keeps its connections and answers nothing (SIGSTOP).
    package func suspend() {
        process.withLock { $0.signal(SIGSTOP) }
    }

    /// It goes on after ``suspend()`` (SIGCONT).
    package func resume() {
        process.withLock { $0.signal(SIGCONT) }
    }
}
