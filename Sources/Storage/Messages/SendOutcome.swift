package import Domain

/// What became of a message.
package enum SendOutcome: Sendable {
    /// - Parameter promised: Jobs that are written now.
    case sent(Message, promised: Set<JobID>)
    /// The same was sent before, under the same key.
    case repeated(Message)
    /// The key was used for another message.
    case mismatch
    /// There is no such person.
    case unknown
    /// They must be friends, and are not.
    case strangers
    /// The receiver wants nothing of the sender.
    case blocked
    /// The sender wants nothing of the receiver.
    case blocking
}
