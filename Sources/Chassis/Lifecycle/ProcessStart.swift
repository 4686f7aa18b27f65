internal import CLinux
import Glibc

/// The exits of a process that cannot start.
package enum Failure {
    /// EX_CONFIG of sysexits.h: a restart would change nothing.
    package static let wrongSettings: CInt = 78

    /// Writes the reason to standard error and ends the process.
    package static func end(_ message: String, code: CInt) -> Never {
        let text = message + "\n"
        _ = write(STDERR_FILENO, text, text.utf8.count)
        exit(code)
    }
}

/// SIGTERM and SIGINT, received by a call instead of by a handler.
///
/// They are blocked in every thread and received with `sigwait`, so no code ever runs inside a signal handler. Block
/// them before the first thread is started: threads inherit the mask.
package enum Signals {
    /// Also ignores SIGPIPE: a closed socket is an error of a write, not the end of the process.
    package static func block() {
        var set = termination()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Blocks the calling thread until the next signal arrives.
    package static func wait() -> CInt {
        var set = termination()
        var received: CInt = 0
        while sigwait(&set, &received) != 0 {}
        return received
    }

    private static func termination() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        sigaddset(&set, SIGINT)
        return set
    }
}

/// The limit of open files and connections of the process.
package enum Descriptors {
    /// Raises it to what the system allows at most. Debian starts processes with 1,024, which a server that keeps
    /// thousands of idle connections has used up at once.
    /// - Returns: The number that holds now.
    @discardableResult
    package static func raiseLimit() -> Int {
        Int(clamping: clinux_raise_descriptor_limit())
    }
}

/// The environment of the process, read once at start.
package func processEnvironment() -> [String: String] {
    var environment: [String: String] = [:]
    guard var entry = clinux_environment() else { return environment }
    while let text = entry.pointee {
        let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if pair.count == 2 { environment[String(pair[0])] = String(pair[1]) }
        entry += 1
    }
    return environment
}
