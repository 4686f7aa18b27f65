import Chassis
import Domain
import Jobs
import Storage

/// A person's friends, requests and blocks, with who is there of them.
struct ListFriends: Sendable {
    /// A friend, and how they are there.
    struct Entry: Sendable {
        let friendship: Friendship
        let presence: Presence
    }

    let friends: FriendStore
    let blocks: BlockStore
    let presence: PresenceReader
    let rosters: OnlineFriendsCache

    /// - Returns: A page of those that pass the filter, and how many do.
    func page(
        _ page: PageRequest, _ filter: FriendFilter, of principal: Principal
    ) async throws -> (entries: [Entry], total: Int) {
        switch filter {
        case .all:
            let (friendships, total) = try await friends.page(
                of: principal.user, offset: page.offset, limit: page.limit)
            return (try await entries(friendships), total)
        case .online: return try await self.page(page, .online, of: principal.user)
        case .offline: return try await self.page(page, .offline, of: principal.user)
        }
    }

    private func page(
        _ page: PageRequest, _ status: PresenceStatus, of user: UserID
    ) async throws -> (entries: [Entry], total: Int) {
        var attempts = 0
        while true {
            attempts += 1
            let roster = try await rosters.roster(of: user)
            // Counted before anything is waited for: both are of one moment.
            let total = roster.count(status)
            let (friendships, version) = try await friends.friends(
                of: user, among: roster.page(status, offset: page.offset, limit: page.limit))
            // Whoever makes friends all the time gets what was true a moment ago.
            if version == roster.version || attempts == 2 { return (try await entries(friendships), total) }
            rosters.forget(user)
        }
    }

    /// Everybody, as there are at most so many.
    func all(of principal: Principal) async throws -> [Entry] {
        try await entries(try await friends.all(of: principal.user))
    }

    private func entries(_ friendships: [Friendship]) async throws -> [Entry] {
        let states = await presence.states(of: friendships.map(\.friend))
        return zip(friendships, states).map { Entry(friendship: $0, presence: $1) }
    }

    func incoming(_ page: PageRequest, of principal: Principal) async throws -> [FriendRequest] {
        try await friends.incoming(of: principal.user, offset: page.offset, limit: page.limit)
    }

    func outgoing(_ page: PageRequest, of principal: Principal) async throws -> [FriendRequest] {
        try await friends.outgoing(of: principal.user, offset: page.offset, limit: page.limit)
    }

    func blocked(_ page: PageRequest, by principal: Principal) async throws -> [(person: Person, since: Timestamp)] {
        try await blocks.list(of: principal.user, offset: page.offset, limit: page.limit)
    }
}
