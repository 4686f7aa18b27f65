/// A line of the file in which probes record events: `word number process`. It is appended in one write, so that the
/// lines of many processes do not mix, and stays when a process is killed.
package struct ProbeLine: Sendable, Equatable {
    package enum Word: String, Sendable {
        /// A run starts.
        case begin
        /// An effect outside of PostgreSQL.
        case effect
        /// A run ended.
        case end
        /// A job was dead-lettered, and its handler was told.
        case dead
        /// The test killed a process; the number is the process id.
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

    /// Parses a line; nil if it is incomplete.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ")
        guard parts.count == 3, let word = Word(rawValue: String(parts[0])), let number = Int(parts[1]),
            let process = Int(parts[2])
        else { return nil }
        self.init(word, number, process: process)
    }

    package var text: String { "\(word.rawValue) \(number) \(process)\n" }
}
