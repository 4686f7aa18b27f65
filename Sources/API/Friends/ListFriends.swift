import Chassis
import Jobs
import Social
import Storage

/// A person's friends, requests and blocks, with who is there of them.
struct ListFriends: Sendable {
    /// Which friends.
    enum Filter: String, CaseIterable {
        case all, online, offline
    }

    /// A friend, and how they are there.
    struct Entry: Sendable {
        let friendship: Friendship
        let presence: Presence
    }

    let friends: FriendStore
    let blocks: BlockStore
    let presence: PresenceReader

    /// - Returns: A page of those that pass the filter, and how many do.
    func page(
        _ page: PageRequest, _ filter: Filter, of principal: Principal
    ) async throws -> (entries: [Entry], total: Int) {
        guard filter != .all else {
            let (friendships, total) = try await friends.page(
                of: principal.user, offset: page.offset, limit: page.limit)
            return (try await entries(friendships), total)
        }
        // Who is there changes all the time and is in Redis alone: all ids are looked up in one question, whether they show
        // it is asked only of those who are there, and only the page is read.
        let ids = try await friends.ids(of: principal.user)
        let present = await presence.online(among: ids)
        let hidden = try await friends.hidden(among: Array(present.keys))
        let matching = ids.filter { friend in
            switch hidden.contains(friend) ? nil : present[friend]?.status {
            case .online: filter == .online
            case .away: false
            default: filter == .offline
            }
        }
        let wanted = Array(matching.dropFirst(page.offset).prefix(page.limit))
        guard !wanted.isEmpty else { return ([], matching.count) }
        return (try await entries(try await friends.friends(of: principal.user, among: wanted)), matching.count)
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
