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
