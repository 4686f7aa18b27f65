import Jobs

/// Which jobs a command is about: some, by their ids, or all of a queue in a state.
enum JobSelection: Sendable {
    case some([String])
    case all(QueueName, JobState)

    /// - Parameters:
    ///   - states: What `--state` may say.
    ///   - fallback: The state when nobody says one; nil: somebody must.
    init(_ words: inout Arguments, states: [JobState], fallback: JobState?) throws(UsageError) {
        let state = try words.option("--state")
        let queue = try words.option("--queue")
        let isAll = words.flag("--all")
        let names = try words.all()
        guard queue != nil || state != nil || isAll else {
            guard !names.isEmpty else { throw UsageError(message: "Which jobs? Give their ids, or a --queue.") }
            self = .some(names)
            return
        }
        guard names.isEmpty else { throw UsageError(message: "Either ids or a --queue, not both.") }
        guard let queue else { throw UsageError(message: "Which --queue? There are: \(QueueWord.all).") }
        // Where no state is asked for, all must be meant.
        guard isAll || fallback == nil else { throw UsageError(message: "Say --all if all of \(queue) are meant.") }
        let word = state ?? fallback?.rawValue
        self = .all(try QueueWord.queue(queue), try StateWord.state(word, among: states))
    }
}
