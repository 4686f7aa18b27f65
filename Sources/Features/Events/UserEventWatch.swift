import Chassis
import Domain

/// One wait for events of a user, on behalf of a login session. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class UserEventWatch: @unchecked Sendable {
    enum Outcome {
        /// The log may have further events.
        case changed
        case timedOut
        /// The session is revoked.
        case revoked
        /// The process stops, or the client is gone.
        case closing
    }

    let user: UserID
    let session: SessionID
    private let loop: EventLoop
    /// The highest number that was signalled.
    private var newest = 0
    private var mayHaveMissed = false
    private var ended: Outcome?
    private var readBehind = 0
    private var continuation: UnsafeContinuation<Outcome, Never>?
    private var timer: LoopTimer?

    init(of user: UserID, for session: SessionID, on loop: EventLoop) {
        self.user = user
        self.session = session
        self.loop = loop
    }

    /// Waits until the log may have events behind a number, or it is over.
    /// - Parameter deadline: On the loop's clock.
    func next(after sequence: Int, until deadline: UInt64) async -> Outcome {
        if let outcome = outcome(after: sequence, until: deadline) { return outcome }
        readBehind = sequence
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                self.continuation = continuation
                timer = loop.schedule(after: .nanoseconds(Int64(deadline - loop.now))) { self.resume(.timedOut) }
                if Task.isCancelled { end(.closing) }
            }
        } onCancel: {
            self.loop.post { self.end(.closing) }
        }
    }

    private func outcome(after sequence: Int, until deadline: UInt64) -> Outcome? {
        if let ended { return ended }
        if mayHaveMissed || newest > sequence {
            mayHaveMissed = false
            return .changed
        }
        return loop.now >= deadline ? .timedOut : nil
    }

    /// - Parameter sequence: The number of the user's last event; nil if events may have been missed.
    func signal(_ sequence: Int?) {
        if let sequence { newest = max(newest, sequence) } else { mayHaveMissed = true }
        guard continuation != nil, mayHaveMissed || newest > readBehind else { return }
        mayHaveMissed = false
        resume(.changed)
    }

    func end(_ outcome: Outcome) {
        if ended == nil { ended = outcome }
        resume(outcome)
    }

    private func resume(_ outcome: Outcome) {
        timer?.cancel()
        timer = nil
        let waiting = continuation
        continuation = nil
        waiting?.resume(returning: outcome)
    }
}
