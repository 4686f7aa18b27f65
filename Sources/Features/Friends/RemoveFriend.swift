import Domain
import Storage

/// Ends a friendship, or everything: a block is absolute, and whoever is blocked cannot tell it from never having met.
struct RemoveFriend: Sendable {
    let friends: FriendStore
    let blocks: BlockStore
    let relations: RelationCache

    /// - Throws: ``FriendRefusal/notFriends``.
    func remove(_ friend: UserID, by principal: Principal) async throws {
        guard try await friends.remove(friend, by: principal.user) else { throw FriendRefusal.notFriends }
        relations.changed([principal.user, friend])
    }

    /// Blocking somebody twice is fine.
    /// - Throws: ``FriendRefusal/yourself``, ``FriendRefusal/personUnknown``.
    func block(_ other: UserID, by principal: Principal) async throws {
        guard other != principal.user else { throw FriendRefusal.yourself }
        guard try await blocks.block(other, by: principal.user) else { throw FriendRefusal.personUnknown }
        relations.changed([principal.user, other])
    }

    /// - Throws: ``FriendRefusal/notBlocked``.
    func unblock(_ other: UserID, by principal: Principal) async throws {
        guard try await blocks.unblock(other, by: principal.user) else { throw FriendRefusal.notBlocked }
    }
}
