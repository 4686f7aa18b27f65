import Domain
import Jobs
import Storage

/// All friends of one person in the order of their list, with who is seen to be there. Loop-confined.
final class OnlineFriends {
    let user: UserID
    /// Of their friendships when it was made, as in ``FriendIDs``.
    let version: Int
    /// On the loop's clock, in nanoseconds.
    let madeAt: UInt64
    /// The same, of the last time that somebody wanted it.
    var usedAt: UInt64
    let ids: [UserID]
    private let hidden: Set<UserID>
    /// Whom a change was heard of before all were looked up; nil afterwards.
    private var changed: Set<Int>? = []
    private var states: [PresenceStatus]
    private var counts: [PresenceStatus: Int]

    /// Nobody is there yet.
    init(of user: UserID, _ friends: FriendIDs, at now: UInt64) {
        self.user = user
        version = friends.version
        madeAt = now
        usedAt = now
        ids = friends.ids
        hidden = friends.hidden
        states = Array(repeating: .offline, count: friends.ids.count)
        counts = [.offline: friends.ids.count]
    }

    /// A friend is there in another way now.
    func change(_ place: Int, to status: PresenceStatus) {
        changed?.insert(place)
        set(place, to: status)
    }

    /// How all friends were there when they were looked up; those who are left out are not. What was heard meanwhile is
    /// newer, or followed by something newer.
    func begin(with present: [UserID: Presence]) {
        for place in ids.indices where changed?.contains(place) == false {
            set(place, to: present[ids[place]]?.status ?? .offline)
        }
        changed = nil
    }

    /// Who hides is seen offline whatever they do.
    private func set(_ place: Int, to status: PresenceStatus) {
        let new = hidden.contains(ids[place]) ? .offline : status
        counts[states[place], default: 0] -= 1
        counts[new, default: 0] += 1
        states[place] = new
    }

    /// How many friends are there in this way.
    func count(_ status: PresenceStatus) -> Int { counts[status] ?? 0 }

    /// Some of those who are there in this way, in order.
    func page(_ status: PresenceStatus, offset: Int, limit: Int) -> [UserID] {
        var found: [UserID] = []
        guard offset < count(status) else { return found }
        var left = offset
        for (place, state) in states.enumerated() where state == status {
            if left > 0 {
                left -= 1
            } else {
                found.append(ids[place])
                if found.count == limit { break }
            }
        }
        return found
    }
}
