import Domain
import Jobs
import Storage

/// An entry of ``OnlineFriendsCache``: all friends of one user in the order of the list, with the status that others
/// see. Loop-confined.
final class OnlineFriends {
    let user: UserID
    /// The version of the user's friendships, as in ``FriendIDs``.
    let version: Int
    /// On the loop's clock, in nanoseconds.
    let createdAt: UInt64
    /// Of the last read, on the same clock.
    var usedAt: UInt64
    let ids: [UserID]
    private let hidden: Set<UserID>
    /// Friends whose change was applied before the entry was filled; nil afterwards.
    private var changed: Set<Int>? = []
    private var states: [PresenceStatus]
    private var counts: [PresenceStatus: Int]

    /// Every friend is offline until ``fill(with:)``.
    init(of user: UserID, _ friends: FriendIDs, at now: UInt64) {
        self.user = user
        version = friends.version
        createdAt = now
        usedAt = now
        ids = friends.ids
        hidden = friends.hidden
        states = Array(repeating: .offline, count: friends.ids.count)
        counts = [.offline: friends.ids.count]
    }

    /// Applies a change of one friend's status.
    func change(_ index: Int, to status: PresenceStatus) {
        changed?.insert(index)
        set(index, to: status)
    }

    /// Fills in the states that a lookup found; friends that it left out are offline. A change that was applied
    /// meanwhile is newer, or followed by a newer one.
    func fill(with present: [UserID: Presence]) {
        for index in ids.indices where changed?.contains(index) == false {
            set(index, to: present[ids[index]]?.status ?? .offline)
        }
        changed = nil
    }

    private func set(_ index: Int, to status: PresenceStatus) {
        let new = UserPresence(status: status).visible(isHidden: hidden.contains(ids[index])).status
        counts[states[index], default: 0] -= 1
        counts[new, default: 0] += 1
        states[index] = new
    }

    /// Returns how many friends have this status.
    func count(_ status: PresenceStatus) -> Int { counts[status] ?? 0 }

    /// Returns a page of the friends with this status, in order.
    func page(_ status: PresenceStatus, offset: Int, limit: Int) -> [UserID] {
        var found: [UserID] = []
        guard offset < count(status) else { return found }
        var skipped = 0
        for (index, state) in states.enumerated() where state == status {
            if skipped < offset {
                skipped += 1
            } else {
                found.append(ids[index])
                if found.count == limit { break }
            }
        }
        return found
    }
}
