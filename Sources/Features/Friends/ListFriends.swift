package import Chassis
package import Domain
import Storage

/// A friend of the caller.
package struct FriendEntry: Sendable {
    package let id: FriendshipID
    package let friend: UserSummary
    /// When the request was sent.
    package let createdAt: Timestamp
    package let presence: UserPresence
}

/// A pending friend request of the caller, received or sent.
package struct PendingFriendRequest: Sendable {
    package let id: FriendshipID
    package let sender: UserID
    package let receiver: UserID
    package let message: String?
    package let createdAt: Timestamp
    /// The sender of a received request, the receiver of a sent one.
    package let other: UserSummary

    init(_ request: FriendRequest) {
        id = request.id
        sender = request.sender
        receiver = request.receiver
        message = request.message
        createdAt = request.createdAt
        other = UserSummary(request.other)
    }
}

/// Which friends a list holds.
package enum FriendFilter: String, CaseIterable, Sendable {
    case all, online, offline
}

/// Lists the caller's friends with their presence, and pending requests.
package struct ListFriends: Sendable {
    let friends: FriendStore
    let presence: ReadPresence
    let cache: OnlineFriendsCache

    /// - Returns: A page of the friends that pass the filter, and how many pass it.
    package func page(
        _ page: Page, _ filter: FriendFilter, by caller: Caller
    ) async throws(DomainError) -> (entries: [FriendEntry], total: Int) {
        try await domainErrors {
            switch filter {
            case .all:
                let (friendships, total) = try await friends.page(
                    of: caller.user, offset: page.offset, limit: page.limit)
                return (await entries(friendships), total)
            case .online: return try await self.page(page, .online, of: caller.user)
            case .offline: return try await self.page(page, .offline, of: caller.user)
            }
        }
    }

    private func page(
        _ page: Page, _ status: PresenceStatus, of user: UserID
    ) async throws -> (entries: [FriendEntry], total: Int) {
        var attempts = 0
        while true {
            attempts += 1
            let online = try await cache.friends(of: user)
            // Counted before the next suspension: count and page are of the same moment.
            let total = online.count(status)
            let (friendships, version) = try await friends.friends(
                of: user, among: online.page(status, offset: page.offset, limit: page.limit))
            // A user who makes friends all the time gets a page that was correct a moment ago.
            if version == online.version || attempts == 2 { return (await entries(friendships), total) }
            cache.drop(user)
        }
    }

    /// Returns all friends, at most ``FriendLimits/friends``.
    package func all(by caller: Caller) async throws(DomainError) -> [FriendEntry] {
        await entries(try await domainErrors { try await friends.all(of: caller.user) })
    }

    private func entries(_ friendships: [Friendship]) async -> [FriendEntry] {
        let states = await presence.states(of: friendships.map(\.friend))
        return zip(friendships, states).map { friendship, presence in
            FriendEntry(
                id: friendship.id, friend: UserSummary(friendship.friend), createdAt: friendship.createdAt,
                presence: presence)
        }
    }

    package func incoming(_ page: Page, by caller: Caller) async throws(DomainError) -> [PendingFriendRequest] {
        try await domainErrors {
            try await friends.incoming(of: caller.user, offset: page.offset, limit: page.limit)
                .map { PendingFriendRequest($0) }
        }
    }

    package func outgoing(_ page: Page, by caller: Caller) async throws(DomainError) -> [PendingFriendRequest] {
        try await domainErrors {
            try await friends.outgoing(of: caller.user, offset: page.offset, limit: page.limit)
                .map { PendingFriendRequest($0) }
        }
    }
}
