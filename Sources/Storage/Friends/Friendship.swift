package import Chassis
package import Domain

/// A friendship as one of the two sees it.
package struct Friendship: Sendable {
    package let id: FriendshipID
    package let friend: ListedUser
    /// When the request was sent.
    package let createdAt: Timestamp
    package let acceptedAt: Timestamp
}

/// A pending friend request as one of the two users sees it.
package struct FriendRequest: Sendable {
    package let id: FriendshipID
    package let sender: UserID
    package let receiver: UserID
    package let message: String?
    package let createdAt: Timestamp
    /// The sender of a received request, the receiver of a sent one.
    package let other: ListedUser
}

/// The ids of all friends of a user, in the order of ids.
package struct FriendSet: Sendable {
    /// Changes with every friendship that begins or ends.
    package let version: Int
    package let ids: [UserID]

    /// - Parameter ids: Sixteen bytes for each friend, in order.
    init(version: Int, ids: [UInt8]) {
        self.version = version
        self.ids = UserID.list(ids)
    }
}

/// The ids of all friends of a user.
package struct FriendIDs: Sendable {
    /// Changes with every friendship that begins or ends.
    package let version: Int
    /// The newest first.
    package let ids: [UserID]
    /// The friends who hide their presence.
    package let hidden: Set<UserID>

    /// - Parameters:
    ///   - ids: Sixteen bytes for each friend, the newest first.
    ///   - hidden: The same for friends who hide their presence, in any order.
    init(version: Int, ids: [UInt8] = [], hidden: [UInt8] = []) {
        self.version = version
        self.ids = UserID.list(ids)
        self.hidden = Set(UserID.list(hidden))
    }
}
