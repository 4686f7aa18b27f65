package import Chassis
package import Domain

/// A request that waits for an answer, and the other one of the two.
package struct FriendRequest: Sendable {
    package let id: FriendshipID
    package let sender: UserID
    package let receiver: UserID
    package let message: String?
    package let createdAt: Timestamp
    /// Whoever is not looking at it.
    package let other: Person
}
