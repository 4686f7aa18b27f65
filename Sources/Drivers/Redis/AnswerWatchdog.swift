import Chassis

/// Tells when a server leaves a command unanswered for too long. Its timer exists only while commands are in flight.
/// Loop thread only.
final class AnswerWatchdog {
    private let loop: EventLoop
    private var deadlines = AnswerDeadlines()
    private var timer: LoopTimer?
    private var timerDue = UInt64.max
    private var onSilence: (() -> Void)?
    private static let tolerableLateness: UInt64 = 100_000_000

    init(on loop: EventLoop, onSilence: @escaping () -> Void) {
        self.loop = loop
        self.onSilence = onSilence
    }

    var inFlight: Int { deadlines.inFlight }

    /// - Parameter limit: In nanoseconds.
    func noteCommand(limit: UInt64) {
        deadlines.noteCommand(at: loop.now, limit: limit)
        watch()
    }

    func noteAnswer() {
        deadlines.noteAnswer()
    }

    /// Tells nothing any more.
    func end() {
        timer?.cancel()
        onSilence = nil
    }

    private func watch() {
        guard let deadline = deadlines.next(), deadline < timerDue else { return }
        schedule(at: deadline)
    }

    private func schedule(at due: UInt64) {
        timer?.cancel()
        timerDue = due
        timer = loop.schedule(after: .nanoseconds(Int64(due &- min(due, loop.now)))) { self.check() }
    }

    private func check() {
        let isLoopLate = loop.now &- timerDue > Self.tolerableLateness
        timerDue = .max
        guard let deadline = deadlines.next(), deadline <= loop.now else {
            watch()
            return
        }
        if isLoopLate {
            // The answers may be there and only not read yet, because the loop itself was held up.
            schedule(at: loop.now &+ Self.tolerableLateness)
        } else {
            onSilence?()
        }
    }
}
