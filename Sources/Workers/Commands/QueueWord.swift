import Jobs

/// A queue as operators name it.
enum QueueWord {
    static let all = QueueName.allCases.map(\.rawValue).joined(separator: ", ")

    static func queue(_ word: String?) throws(WrongUse) -> QueueName {
        guard let word else { throw WrongUse(message: "Which queue? There are: \(all).") }
        guard let queue = QueueName(rawValue: word) else {
            throw WrongUse(message: "There is no queue \(word); there are: \(all).")
        }
        return queue
    }
}
