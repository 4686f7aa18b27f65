import Jobs

/// A queue as operators name it.
enum QueueWord {
    static let all = QueueName.allCases.map(\.rawValue).joined(separator: ", ")

    static func queue(_ word: String?) throws(UsageError) -> QueueName {
        guard let word else { throw UsageError(message: "Which queue? There are: \(all).") }
        guard let queue = QueueName(rawValue: word) else {
            throw UsageError(message: "There is no queue \(word); there are: \(all).")
        }
        return queue
    }
}
