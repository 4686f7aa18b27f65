/// A line of the file in which probes say what happens: `word number process`. Appended in one write, so that lines of
/// many processes do not mix, and kept when a process is killed.
package struct ProbeLine: Sendable, Equatable {
    package enum Word: String, Sendable {
        /// A run begins.
        case begin
        /// The effect that is outside of PostgreSQL.
        case effect
        /// A run has come to its end.
        case end
        /// A job is dead, and whoever waits was told.
        case dead
        /// A process has been killed by the test; the number is the process.
        case killed
    }

    package let word: Word
    package let number: Int
    package let process: Int

    package init(_ word: Word, _ number: Int, process: Int) {
        self.word = word
        self.number = number
        self.process = process
    }

    /// Nil for a line that was cut off.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ")
        guard parts.count == 3, let word = Word(rawValue: String(parts[0])), let number = Int(parts[1]),
            let process = Int(parts[2])
        else { return nil }
        self.init(word, number, process: process)
    }

    package var text: String { "\(word.rawValue) \(number) \(process)\n" }
}
