import Chassis
import Domain
import Storage

/// Caches whose friends users are, so that a search of a user with many friends counts mutual friends without reading
/// them all each time. An entry is used only at the version of the friendships that the search itself has read, so it
/// is never stale. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class FriendSetsCache: @unchecked Sendable {
    /// Friends in all entries together, of sixteen bytes each.
    private let capacity: Int
    private let friends: FriendStore
    private var entries: [UserID: Entry] = [:]
    private var size = 0
    /// Counts the searches: the entries that were used longest ago are dropped first.
    private var clock = 0

    private struct Entry {
        let set: FriendSet
        var usedAt: Int
    }

    init(_ friends: FriendStore, capacity: Int = 100_000) {
        self.friends = friends
        self.capacity = capacity
    }

    /// Returns how many friends each of some users has in common with one user.
    /// - Parameters:
    ///   - version: Of that user's friendships.
    ///   - others: The users with the versions of theirs.
    func mutualFriends(
        of user: UserID, at version: Int, with others: [UserID: Int]
    ) async throws -> [UserID: Int] {
        var wanted = others
        wanted[user] = version
        clock += 1
        var sets: [UserID: FriendSet] = [:]
        for (user, version) in wanted where entries[user]?.set.version == version {
            entries[user]?.usedAt = clock
            sets[user] = entries[user]?.set
        }
        let missing = wanted.keys.filter { sets[$0] == nil }
        if !missing.isEmpty {
            // The version may be a later one: then so is the count.
            for (user, set) in try await friends.sets(of: missing) {
                sets[user] = set
                keep(set, of: user)
            }
        }
        guard let own = sets[user]?.ids else { return [:] }
        return others.keys.reduce(into: [:]) { counts, other in
            counts[other] = Self.common(own, sets[other]?.ids ?? [])
        }
    }

    private func keep(_ set: FriendSet, of user: UserID) {
        drop(user)
        guard set.ids.count <= capacity else { return }
        while size + set.ids.count > capacity, let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt }) {
            drop(oldest.key)
        }
        entries[user] = Entry(set: set, usedAt: clock)
        size += set.ids.count
    }

    private func drop(_ user: UserID) {
        guard let entry = entries.removeValue(forKey: user) else { return }
        size -= entry.set.ids.count
    }

    /// Returns how many ids two ordered lists share. Each id of the shorter is searched in the rest of the longer one,
    /// in steps that double until they pass it, then by halves: a few comparisons, however different the lengths.
    static func common(_ one: [UserID], _ other: [UserID]) -> Int {
        let (short, long) = one.count < other.count ? (one, other) : (other, one)
        var (count, from) = (0, 0)
        for id in short {
            var step = 1
            while from + step < long.count, long[from + step].identifier < id.identifier { step *= 2 }
            var (low, high) = (from + step / 2, min(from + step + 1, long.count))
            while low < high {
                let middle = (low + high) / 2
                if long[middle].identifier < id.identifier { low = middle + 1 } else { high = middle }
            }
            guard low < long.count else { break }
            if long[low] == id { count += 1 }
            from = low
        }
        return count
    }
}
