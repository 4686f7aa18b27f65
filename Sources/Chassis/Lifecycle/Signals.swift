internal import CLinux
import Glibc

/// SIGTERM and SIGINT, taken by whoever asks instead of by the default handler.
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

    /// Blocks the calling thread until the next of them arrives.
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
