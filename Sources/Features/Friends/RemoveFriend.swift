package import Domain
import Storage

/// Ends a friendship.
package struct RemoveFriend: Sendable {
    let friends: FriendStore

    /// - Throws: `not_friends`.
    package func callAsFunction(_ friend: UserID, by caller: Caller) async throws(DomainError) {
        guard try await domainErrors({ try await friends.remove(friend, by: caller.user) }) else { throw .notFriends }
    }
}
