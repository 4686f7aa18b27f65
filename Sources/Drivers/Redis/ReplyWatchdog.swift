import Chassis

/// Detects that the server has not replied to a command in time. Its timer exists only while commands are in flight.
/// Loop thread only.
final class ReplyWatchdog {
    private let loop: EventLoop
    private var deadlines = ReplyDeadlines()
    private var timer: LoopTimer?
    private var timerDue = UInt64.max
    private var onTimeout: (() -> Void)?
    private static let latenessTolerance: UInt64 = 100_000_000

    init(on loop: EventLoop, onTimeout: @escaping () -> Void) {
        self.loop = loop
        self.onTimeout = onTimeout
    }

    var inFlight: Int { deadlines.inFlight }

    /// - Parameter limit: In nanoseconds.
    func noteCommand(limit: UInt64) {
        deadlines.noteCommand(at: loop.now, limit: limit)
        watch()
    }

    func noteReply() {
        deadlines.noteReply()
    }

    /// Stops the watchdog; `onTimeout` is not called any more.
    func end() {
        timer?.cancel()
        onTimeout = nil
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
        let isLoopLate = loop.now &- timerDue > Self.latenessTolerance
        timerDue = .max
        guard let deadline = deadlines.next(), deadline <= loop.now else {
            watch()
            return
        }
        if isLoopLate {
            // The loop itself was blocked, so replies may have arrived without being read yet.
            schedule(at: loop.now &+ Self.latenessTolerance)
        } else {
            onTimeout?()
        }
    }
}

/// The deadline of the oldest pending reply of a connection.
///
/// Replies arrive in the order of the commands, so there is no state per command: commands sent within an eighth of
/// their limit share a mark, and only the marks are checked. A command is overdue between one limit and nine eighths of
/// it after it was sent. Times are those of the loop, in nanoseconds.
struct ReplyDeadlines {
    private struct Mark {
        let firstCommand: Int
        let end: UInt64
        let deadline: UInt64
    }
    private var marks: [Mark] = []
    private var sent = 0
    private var replied = 0

    var inFlight: Int { sent - replied }

    mutating func noteCommand(at now: UInt64, limit: UInt64) {
        if inFlight == 0 { marks.removeAll(keepingCapacity: true) }
        sent += 1
        if let last = marks.last, now < last.end { return }
        let width = limit / 8
        marks.append(Mark(firstCommand: sent, end: now &+ width, deadline: now &+ limit &+ width))
    }

    mutating func noteReply() {
        replied += 1
    }

    /// The next deadline; nil if nothing is in flight.
    mutating func next() -> UInt64? {
        guard inFlight > 0 else { return nil }
        while marks.count > 1, marks[1].firstCommand <= replied + 1 { marks.removeFirst() }
        return marks.first?.deadline
    }
}
