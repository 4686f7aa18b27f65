/// What can become of a query.
package enum PostgresError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Nothing was done: there was no connection for three seconds, or too many queries wait already.
    case unavailable
    /// The connection broke before the answer: a write may or may not have been done.
    case connectionLost
    /// The statement ran longer than its limit, or an operator cancelled it. Nothing was done.
    case timedOut
    /// PostgreSQL refused it. Nothing was done.
    // Indirect, so that every function that may throw it reserves two words for it instead of six.
    indirect case rejected(PostgresFailure)
    /// The answer does not have the columns that the code reads.
    case unexpectedAnswer(String)

    package var description: String {
        switch self {
        case .unavailable: "PostgreSQL cannot be reached or has too much to do"
        case .connectionLost: "the connection to PostgreSQL broke before the answer"
        case .timedOut: "the statement ran longer than its limit"
        case .rejected(let failure): "PostgreSQL refused the statement: \(failure)"
        case .unexpectedAnswer(let what): "PostgreSQL answered something else: \(what)"
        }
    }
}
