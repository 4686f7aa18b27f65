package import Chassis
import Domain
import Jobs
import Storage

/// Counts how often ``OnlineFriendsCache`` answered from memory. For all loops.
package struct OnlineFriendsMetrics: Sendable {
    let hits: Counter
    let misses: Counter

    package init(in metrics: Metrics) {
        let name = "api_online_friends_reads_total"
        let help = "Reads of a user's online friends, by whether the cache had them."
        hits = metrics.counter(name, help, ["result": "hit"])
        misses = metrics.counter(name, help, ["result": "miss"])
    }
}

/// Caches which friends of a user are online, so that a filtered page reads only the page. Holds users who have many
/// friends and listed them lately; every published change of presence is applied to it.
///
/// An entry is validated before it is used: it must have applied the last change that Redis has numbered. After a
/// missed change (a lost connection, a flush) all entries are dropped. Whether friendships have changed, the reader of
/// the page sees by the version. A change of a user's visibility drops the entries of their friends. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
package final class OnlineFriendsCache: @unchecked Sendable {
    /// Fewer friends are looked up each time: that costs less than to keep them.
    private static let minimumFriends = 256
    /// Friends in all entries together; about a hundred bytes each.
    private static let capacity = 100_000
    /// After this a change of visibility that could not be published takes effect.
    private static let lifetime = Duration.seconds(300).nanoseconds
    /// A change that Redis has numbered arrives within this time, or was lost.
    private static let deliveryTimeout = Duration.seconds(1)

    private let loop: EventLoop
    private let friends: FriendStore
    private let presence: PresenceStore
    private let metrics: OnlineFriendsMetrics

    private var entries: [UserID: OnlineFriends] = [:]
    /// The positions of a user in the entries of their friends.
    private var positions: [UserID: [Position]] = [:]
    private var size = 0
    /// The number of the last change that was applied; nil while the cache is empty.
    private var lastApplied: Int?
    /// Rises whenever an entry that is being made may be stale before it is kept: a visibility changed, or changes may
    /// have been missed.
    private var invalidations = 0
    private var waiting: [Waiter] = []

    private struct Position {
        let entry: OnlineFriends
        let index: Int
    }

    private struct Waiter {
        let number: Int
        let continuation: UnsafeContinuation<Void, Never>
    }

    init(_ friends: FriendStore, _ presence: PresenceStore, _ metrics: OnlineFriendsMetrics, on loop: EventLoop) {
        self.friends = friends
        self.presence = presence
        self.metrics = metrics
        self.loop = loop
    }

    /// Returns the states of a user's friends as of now. Without Redis all are offline.
    func friends(of user: UserID) async throws -> OnlineFriends {
        if let entry = try? await validEntry(of: user) {
            metrics.hits.increment()
            return entry
        }
        metrics.misses.increment()
        return try await makeEntry(of: user)
    }

    private func validEntry(of user: UserID) async throws -> OnlineFriends? {
        guard let entry = entries[user] else { return nil }
        guard loop.now - entry.createdAt < Self.lifetime, let last = try await presence.lastChange(),
            await hasApplied(last), entries[user] === entry
        else {
            drop(user)
            return nil
        }
        entry.usedAt = loop.now
        return entry
    }

    private func makeEntry(of user: UserID) async throws -> OnlineFriends {
        let first = try? await presence.firstChange()
        if lastApplied == nil { lastApplied = first }
        let invalidationsBefore = invalidations
        let entry = OnlineFriends(of: user, try await friends.ids(of: user), at: loop.now)
        // Kept before the lookup, so that no change is missed.
        if first != nil, invalidations == invalidationsBefore, entry.ids.count >= Self.minimumFriends { keep(entry) }
        do {
            entry.fill(with: try await presence.read(entry.ids))
            if entries[user] === entry, let last = try await presence.lastChange() { _ = await hasApplied(last) }
        } catch {
            drop(user)
        }
        return entry
    }

    /// Returns whether this change, and every one before it, was applied; waits for it if it is on its way.
    private func hasApplied(_ number: Int) async -> Bool {
        if let lastApplied, lastApplied < number {
            let timer = loop.schedule(after: Self.deliveryTimeout) { self.dropAll() }
            defer { timer.cancel() }
            await withUnsafeContinuation { waiting.append(Waiter(number: number, continuation: $0)) }
        }
        return lastApplied.map { $0 >= number } ?? false
    }

    // MARK: Changes

    /// Applies a message of ``PresenceStore/channel``.
    package func apply(_ message: [UInt8]) {
        guard let last = lastApplied else { return }
        guard let change = PresenceChange(message: message), change.number <= last + 1 else { return dropAll() }
        guard change.number == last + 1 else { return }
        lastApplied = change.number
        if let status = change.status {
            for position in positions[change.user] ?? [] { position.entry.change(position.index, to: status) }
        } else {
            invalidations += 1
            for position in positions[change.user] ?? [] { drop(position.entry.user) }
        }
        resumeWaiters { $0.number <= change.number }
    }

    private func resumeWaiters(_ isDue: (Waiter) -> Bool) {
        guard !waiting.isEmpty else { return }
        let due = waiting.filter(isDue)
        waiting.removeAll(where: isDue)
        for waiter in due { waiter.continuation.resume() }
    }

    // MARK: Entries

    private func keep(_ entry: OnlineFriends) {
        drop(entry.user)
        for old in entries.values where loop.now - old.createdAt >= Self.lifetime { drop(old.user) }
        while size + entry.ids.count > Self.capacity,
            let leastUsed = entries.values.min(by: { $0.usedAt < $1.usedAt })
        {
            drop(leastUsed.user)
        }
        entries[entry.user] = entry
        size += entry.ids.count
        for (index, friend) in entry.ids.enumerated() {
            positions[friend, default: []].append(Position(entry: entry, index: index))
        }
    }

    /// Drops the entry of a user whose friendships have changed.
    func drop(_ user: UserID) {
        guard let entry = entries.removeValue(forKey: user) else { return }
        size -= entry.ids.count
        for friend in entry.ids {
            positions[friend]?.removeAll { $0.entry === entry }
            if positions[friend]?.isEmpty == true { positions[friend] = nil }
        }
    }

    /// Drops all entries: changes may have been missed.
    package func dropAll() {
        invalidations += 1
        entries = [:]
        positions = [:]
        size = 0
        lastApplied = nil
        resumeWaiters { _ in true }
    }
}
