import Jobs

/// A state as operators name it.
enum StateWord {
    static let all = list(JobState.allCases)

    static func state(_ word: String?, among states: [JobState]) throws(UsageError) -> JobState {
        guard let word else { throw UsageError(message: "Which --state? One of: \(list(states)).") }
        guard let state = JobState(rawValue: word), states.contains(state) else {
            throw UsageError(message: "--state \(word) cannot be used here; it is one of: \(list(states)).")
        }
        return state
    }

    private static func list(_ states: [JobState]) -> String { states.map(\.rawValue).joined(separator: ", ") }
}
