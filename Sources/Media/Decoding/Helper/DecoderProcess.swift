internal import CSandbox
import Chassis
import Glibc

/// A running helper process. It is killed and reaped when this value is destroyed.
struct DecoderProcess: ~Copyable {
    let identifier: pid_t
    let channel: DecoderChannel
    /// The number of files that it was given.
    var jobs = 0
    private var isReaped = false

    init(identifier: pid_t, channel: consuming DecoderChannel) {
        self.identifier = identifier
        self.channel = channel
    }

    deinit {
        if !isReaped { Self.end(identifier) }
    }

    /// Sends a request, and waits for a response of at most `limit` bytes. The deadline is on the clock of
    /// `monotonicNanoseconds()`.
    mutating func exchange(
        limit: Int, until deadline: UInt64,
        sending: (borrowing DecoderChannel) throws(DecoderChannel.Failure) -> Void
    ) throws(MediaFailure) -> [UInt8] {
        jobs += 1
        do {
            try sending(channel)
            return try channel.receive(limit: limit, until: deadline)
        } catch {
            throw mediaFailure(for: error)
        }
    }

    private mutating func mediaFailure(for failure: DecoderChannel.Failure) -> MediaFailure {
        switch failure {
        case .timedOut: return .timeout
        case .oversized: return .crashed(detail: "the response is too long")
        case .closed:
            // A process that ended by itself is read before it could be killed here.
            let own = Self.exitStatus(of: identifier, within: Self.exitTime)
            let status = own ?? Self.end(identifier)
            isReaped = true
            if own?.isSignal(SIGKILL) == true { return .killed }
            return status.isSignal(SIGXCPU) ? .timeout : .crashed(detail: status.description)
        }
    }

    /// How long a process that has closed its socket may take to end.
    private static let exitTime: UInt64 = 500_000_000

    /// Reaps a process that ends by itself.
    /// - Returns: Nil if it is still running after the time, in nanoseconds.
    private static func exitStatus(of identifier: pid_t, within time: UInt64) -> ExitStatus? {
        let deadline = monotonicNanoseconds() + time
        var status: Int32 = 0
        while true {
            let reaped = waitpid(identifier, &status, WNOHANG)
            if reaped == identifier { return ExitStatus(status: status) }
            guard reaped == 0 || errno == EINTR, monotonicNanoseconds() < deadline else { return nil }
            usleep(1_000)
        }
    }

    /// Kills and reaps the process. A process that ended before keeps its own exit status.
    @discardableResult
    private static func end(_ identifier: pid_t) -> ExitStatus {
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            // ECHILD: this process ignores SIGCHLD, so the kernel discarded the status.
            guard errno == EINTR else { return ExitStatus(status: 0) }
        }
        return ExitStatus(status: status)
    }
}

/// The exit status of a process, as `waitpid` returns it.
struct ExitStatus: CustomStringConvertible {
    let status: Int32

    private var signal: Int32 { status & 0x7F }

    func isSignal(_ number: Int32) -> Bool { signal == number }

    var description: String {
        signal == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(signal)"
    }
}
