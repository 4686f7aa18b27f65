package import Chassis
package import Domain

/// A friendship as one of the two sees it.
package struct Friendship: Sendable {
    package let id: FriendshipID
    package let friend: Person
    /// Of the request that it began with.
    package let createdAt: Timestamp
    package let acceptedAt: Timestamp
}
