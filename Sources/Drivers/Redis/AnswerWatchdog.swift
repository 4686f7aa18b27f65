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

/// By when the oldest unanswered command of a connection must be answered.
///
/// Answers come in the order of the commands, so nothing is kept per command: commands sent within an eighth of their
/// limit share a mark, and only the marks are looked at. A command is overdue between one limit and nine eighths of it
/// after it was sent. Times are those of the loop, in nanoseconds.
struct AnswerDeadlines {
    private struct Mark {
        let firstCommand: Int
        let end: UInt64
        let deadline: UInt64
    }
    private var marks: [Mark] = []
    private var sent = 0
    private var answered = 0

    var inFlight: Int { sent - answered }

    mutating func noteCommand(at now: UInt64, limit: UInt64) {
        if inFlight == 0 { marks.removeAll(keepingCapacity: true) }
        sent += 1
        if let last = marks.last, now < last.end { return }
        let width = limit / 8
        marks.append(Mark(firstCommand: sent, end: now &+ width, deadline: now &+ limit &+ width))
    }

    mutating func noteAnswer() {
        answered += 1
    }

    /// Nil when nothing is in flight.
    mutating func next() -> UInt64? {
        guard inFlight > 0 else { return nil }
        while marks.count > 1, marks[1].firstCommand <= answered + 1 { marks.removeFirst() }
        return marks.first?.deadline
    }
}
