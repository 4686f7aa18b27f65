import Chassis
import Synchronization

/// A helper process that is started at the first request, and replaced when it fails, ends or is used up.
///
/// Every call blocks; a second call waits for the first. The helper process ends with the thread that started it; the
/// next call then starts another.
package final class DecoderHelper: Sendable {
    /// The running program, even if its file was replaced after the start.
    package static let ownExecutable = "/proc/self/exe"

    private struct Slot: ~Copyable {
        var process: DecoderProcess?
    }

    private let executable: String
    private let argument: String
    /// After how many requests it is replaced, because its heap fragments.
    private let jobs: Int
    private let slot = Mutex(Slot())

    init(_ executable: String, _ argument: String, jobs: Int) {
        self.executable = executable
        self.argument = argument
        self.jobs = jobs
    }

    /// Sends a request and returns its response.
    /// - Parameters:
    ///   - limit: The most bytes of the response.
    ///   - time: The most wall-clock time, in nanoseconds.
    ///   - sending: Sends the request; gets the deadline.
    ///   - checking: Decodes the response; nil if the request cannot have it.
    func exchange<Response: Sendable>(
        limit: Int, within time: UInt64,
        sending: (borrowing DecoderChannel, UInt64) throws(DecoderChannel.Failure) -> Void,
        checking: ([UInt8]) -> Response?
    ) throws(MediaFailure) -> Response {
        try slot.withLock { slot throws(MediaFailure) in
            // Put back only after a response: a helper process that failed is destroyed and so killed.
            var process = try usable(slot.process.take())
            let deadline = monotonicNanoseconds() + time
            let bytes = try process.exchange(limit: limit, until: deadline) {
                channel throws(DecoderChannel.Failure) in try sending(channel, deadline)
            }
            guard let response = checking(bytes) else { throw .crashed(detail: "the response is not valid") }
            if process.jobs < jobs { slot.process = consume process }
            return response
        }
    }

    /// The id of the process that gets the next request; nil if it will be a new one. Waits for a running call.
    var identifier: Int32? {
        slot.withLock { slot in
            switch slot.process {
            case .some(let process): process.identifier
            case .none: nil
            }
        }
    }

    private func usable(_ process: consuming DecoderProcess?) throws(MediaFailure) -> DecoderProcess {
        if let process, process.channel.isIdle { return process }
        return try DecoderProcess.start(executable, argument)
    }
}
