internal import CSandbox
import Chassis
import Glibc

/// A running helper. It is killed and buried when this goes away.
struct DecoderProcess: ~Copyable {
    let identifier: pid_t
    let channel: DecoderChannel
    /// How many pictures it was given.
    var jobs = 0
    private var isBuried = false

    init(identifier: pid_t, channel: consuming DecoderChannel) {
        self.identifier = identifier
        self.channel = channel
    }

    deinit {
        if !isBuried { Self.end(identifier) }
    }

    /// Sends an order and its picture, and waits for the answer. The deadline is on the clock of
    /// `monotonicNanoseconds()`.
    mutating func decode(
        _ picture: [UInt8], _ order: DecoderOrder, until deadline: UInt64
    ) throws(MediaFailure) -> DecoderReply {
        jobs += 1
        do {
            try channel.send(order.encoded, until: deadline)
            try channel.send(picture, until: deadline)
            let limit = DecoderFrames.replyLimit(for: order.variants)
            let answer = try channel.receive(limit: limit, until: deadline)
            guard let reply = DecoderReply(checking: answer, for: order) else {
                throw MediaFailure.crashed(detail: "the answer makes no sense")
            }
            return reply
        } catch let failure as DecoderChannel.Failure {
            throw explain(failure)
        } catch let failure as MediaFailure {
            throw failure
        } catch {
            throw .crashed(detail: "\(error)")
        }
    }

    private mutating func explain(_ failure: DecoderChannel.Failure) -> MediaFailure {
        switch failure {
        case .timedOut: return .timeout
        case .oversized: return .crashed(detail: "the answer is too long")
        case .closed:
            let status = Self.end(identifier)
            isBuried = true
            return status.isSignal(SIGXCPU) ? .timeout : .crashed(detail: status.description)
        }
    }

    /// Kills and waits. One that died before keeps its own status: a process takes one death only.
    @discardableResult
    private static func end(_ identifier: pid_t) -> ExitStatus {
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 {
            // ECHILD: somebody ignores SIGCHLD, and the status is lost.
            guard errno == EINTR else { return ExitStatus(status: 0) }
        }
        return ExitStatus(status: status)
    }
}
