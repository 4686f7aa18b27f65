/// The words after a command, taken one kind after the other. Options may stand anywhere.
struct Arguments {
    private var rest: [String]

    init(_ words: some Sequence<String>) {
        rest = Array(words)
    }

    /// Whether a flag such as `--json` is there.
    mutating func flag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(of: name) else { return false }
        rest.remove(at: index)
        return true
    }

    /// The word after an option such as `--limit`, or after its `=`.
    mutating func option(_ name: String) throws(UsageError) -> String? {
        if let index = rest.firstIndex(where: { $0.hasPrefix(name + "=") }) {
            return String(rest.remove(at: index).dropFirst(name.count + 1))
        }
        guard let index = rest.firstIndex(of: name) else { return nil }
        guard index + 1 < rest.count, !rest[index + 1].hasPrefix("--") else {
            throw UsageError(message: "\(name) needs a value.")
        }
        defer { rest.removeSubrange(index...index + 1) }
        return rest[index + 1]
    }

    /// A whole number after an option.
    mutating func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = try option(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(message: "\(name) takes a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// The next plain word.
    mutating func next() throws(UsageError) -> String? {
        guard let word = rest.first else { return nil }
        guard !word.hasPrefix("-") else { throw UsageError(message: "\(word) is not known here.") }
        return rest.removeFirst()
    }

    /// All plain words that are left.
    mutating func all() throws(UsageError) -> [String] {
        var words: [String] = []
        while let word = try next() { words.append(word) }
        return words
    }

    /// Refuses what nobody has taken.
    func finish() throws(UsageError) {
        if let word = rest.first { throw UsageError(message: "\(word) is not known here.") }
    }
}
