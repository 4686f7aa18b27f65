import Glibc

/// Why a process ends before it has begun.
package enum Failure {
    /// EX_CONFIG of sysexits.h: starting again would change nothing.
    package static let wrongSettings: CInt = 78

    /// Says why on standard error, and ends the process.
    package static func end(_ message: String, code: CInt) -> Never {
        let text = message + "\n"
        _ = write(STDERR_FILENO, text, text.utf8.count)
        exit(code)
    }
}
