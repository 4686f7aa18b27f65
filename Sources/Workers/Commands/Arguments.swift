import Jobs

/// The arguments of a command, taken one after the other. Options may stand anywhere.
struct Arguments {
    private var rest: [String]

    init(_ arguments: some Sequence<String>) {
        rest = Array(arguments)
    }

    /// Takes a flag such as `--json`.
    /// - Returns: Whether it was given.
    mutating func flag(_ name: String) -> Bool {
        guard let index = rest.firstIndex(of: name) else { return false }
        rest.remove(at: index)
        return true
    }

    /// Takes an option such as `--limit 10` or `--limit=10`, and returns its value.
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

    /// Takes an option whose value is a whole number.
    mutating func number(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = try option(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(message: "\(name) takes a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// Takes the next argument that is no option.
    mutating func next() throws(UsageError) -> String? {
        guard let argument = rest.first else { return nil }
        guard !argument.hasPrefix("-") else { throw UsageError(message: "\(argument) is not an option here.") }
        return rest.removeFirst()
    }

    /// Takes all arguments that are left and are no options.
    mutating func all() throws(UsageError) -> [String] {
        var arguments: [String] = []
        while let argument = try next() { arguments.append(argument) }
        return arguments
    }

    /// Refuses arguments that the command did not take.
    func finish() throws(UsageError) {
        if let argument = rest.first { throw UsageError(message: "\(argument) is not expected here.") }
    }
}

// MARK: Queues and states

extension Arguments {
    static let queueNames = QueueName.allCases.map(\.rawValue).joined(separator: ", ")

    static func names(of states: [JobState]) -> String { states.map(\.rawValue).joined(separator: ", ") }

    static func queue(named name: String?) throws(UsageError) -> QueueName {
        guard let name else { throw UsageError(message: "Name a queue. There are: \(queueNames).") }
        guard let queue = QueueName(rawValue: name) else {
            throw UsageError(message: "There is no queue \(name). There are: \(queueNames).")
        }
        return queue
    }

    static func state(named name: String?, among states: [JobState]) throws(UsageError) -> JobState {
        guard let name else { throw UsageError(message: "Give a --state, one of: \(names(of: states)).") }
        guard let state = JobState(rawValue: name), states.contains(state) else {
            throw UsageError(message: "--state \(name) cannot be used here. It is one of: \(names(of: states)).")
        }
        return state
    }
}
