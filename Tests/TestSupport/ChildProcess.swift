import CLinux
import Chassis
import Glibc
import Synchronization

/// A running program. The system kills it when the test process ends, however that ends.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Exit: Sendable, Equatable {
        case code(CInt)
        case signal(CInt)
    }

    /// The system could not start it; the code is an `errno`.
    package struct DidNotStart: Error {
        let code: CInt
    }

    private struct State {
        var exit: Exit?
        var waiting: [UnsafeContinuation<Exit, Never>] = []
    }
    private let identifier: pid_t
    private let state = Mutex(State())

    private init(_ identifier: pid_t) {
        self.identifier = identifier
    }

    /// - Parameters:
    ///   - command: A path and arguments.
    ///   - environment: All of it; nothing is inherited.
    ///   - output: A file to which standard output and standard error are appended.
    package static func start(
        _ command: [String], environment: [String: String], output: String
    ) async throws -> ChildProcess {
        try await withUnsafeThrowingContinuation { continuation in
            // The death signal comes when the thread that started the child ends: this one outlives it.
            startThread(named: "child") {
                let child: ChildProcess
                do {
                    child = ChildProcess(try spawn(command, environment, output))
                } catch {
                    continuation.resume(throwing: error)
                    return
                }
                continuation.resume(returning: child)
                child.waitForExit()
            }
        }
    }

    /// Sends a signal; nothing happens to a program that has ended.
    package func signal(_ number: CInt) {
        state.withLock { if $0.exit == nil { kill(identifier, number) } }
    }

    /// The process id.
    package var number: Int { Int(identifier) }

    /// The way it ended; nil while it runs.
    package var exit: Exit? { state.withLock { $0.exit } }

    /// Waits until it ends.
    @discardableResult
    package func exited() async -> Exit {
        await withUnsafeContinuation { continuation in
            let exit = state.withLock { state in
                if state.exit == nil { state.waiting.append(continuation) }
                return state.exit
            }
            if let exit { continuation.resume(returning: exit) }
        }
    }

    private func waitForExit() {
        var status: CInt = 0
        // Keeps the process id reserved until no signal can be sent to it any more.
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let (exit, waiting) = state.withLock { state in
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let exit: Exit =
                clinux_exited(status) != 0 ? .code(clinux_exit_code(status)) : .signal(clinux_term_signal(status))
            state.exit = exit
            return (exit, state.waiting)
        }
        for continuation in waiting { continuation.resume(returning: exit) }
    }

    private static func spawn(
        _ command: [String], _ environment: [String: String], _ output: String
    ) throws(DidNotStart) -> pid_t {
        var arguments = (["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] + command).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own: Ctrl-C is for the tests, which end it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var child = pid_t()
        let code = posix_spawn(&child, "/usr/bin/setpriv", &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw DidNotStart(code: code) }
        return child
    }
}
