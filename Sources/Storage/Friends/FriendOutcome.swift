package import Chassis
package import Domain

/// What became of a request, or of an answer to one.
package enum FriendOutcome: Sendable {
    package struct Made: Sendable {
        package let id: FriendshipID
        package let other: UserID
        package let createdAt: Timestamp
        package let updatedAt: Timestamp
        /// Jobs that are written now.
        package let promised: Set<JobID>
    }

    /// The request waits for an answer.
    case pending(Made)
    /// They are friends now.
    case accepted(Made)
    /// There is no such person.
    case unknown
    /// There is no such request for them to answer.
    case missing
    case alreadyFriends
    case alreadyAsked
    /// Whoever asks blocks the other.
    case blocking
    /// One of them has as many friends as anybody may have.
    case full
}
