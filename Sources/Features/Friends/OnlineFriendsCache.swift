import Chassis
import Domain
import Jobs
import Storage

/// Who of somebody's friends is there, without asking about all of them each time: the rosters of those who have many
/// friends and asked lately are kept, and changed with every change of presence that is told.
///
/// A roster that is given out is as new as the question: the number of the last change is asked of Redis first, and the
/// roster must have seen it. Whoever missed a change, for a lost connection or a flush, forgets all rosters. Whether
/// friendships have changed, the reader of the page sees by the version. A change of who hides drops the rosters with them.
/// Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class OnlineFriendsCache: @unchecked Sendable {
    /// Fewer friends are looked up each time: that costs less than to keep them.
    private static let fewest = 256
    /// How many friends all rosters may have together; about a hundred bytes for each.
    private static let most = 100_000
    /// A change of who hides that could not be told is seen after this time.
    private static let lifetime = Duration.seconds(300).nanoseconds
    /// A change that Redis has counted comes within a moment, or not at all.
    private static let patience = Duration.seconds(1)

    private let loop: EventLoop
    private let friends: FriendStore
    private let presence: PresenceStore
    private let metrics: OnlineFriendsMetrics

    private var rosters: [UserID: OnlineFriends] = [:]
    /// Where somebody stands in rosters.
    private var places: [UserID: [Place]] = [:]
    private var size = 0
    /// The number of the last change that was heard; nil while nothing is kept.
    private var heard: Int?
    /// Rises whenever what is being made may be old before it is kept: somebody hides, or changes may have been missed.
    private var doubts = 0
    private var waiting: [Waiting] = []

    private struct Place {
        let roster: OnlineFriends
        let index: Int
    }

    private struct Waiting {
        let number: Int
        let continuation: UnsafeContinuation<Void, Never>
    }

    init(_ friends: FriendStore, _ presence: PresenceStore, _ metrics: OnlineFriendsMetrics, on loop: EventLoop) {
        self.friends = friends
        self.presence = presence
        self.metrics = metrics
        self.loop = loop
    }

    /// Who is there of somebody's friends now. Without Redis nobody is.
    func roster(of user: UserID) async throws -> OnlineFriends {
        if let kept = try? await self.kept(user) {
            metrics.kept.increment()
            return kept
        }
        metrics.made.increment()
        return try await make(user)
    }

    private func kept(_ user: UserID) async throws -> OnlineFriends? {
        guard let roster = rosters[user] else { return nil }
        guard loop.now - roster.madeAt < Self.lifetime, let last = try await presence.lastChange(),
            await hasHeard(of: last), rosters[user] === roster
        else {
            forget(user)
            return nil
        }
        roster.usedAt = loop.now
        return roster
    }

    private func make(_ user: UserID) async throws -> OnlineFriends {
        let first = try? await presence.firstChange()
        if heard == nil { heard = first }
        let doubtsBefore = doubts
        let roster = OnlineFriends(of: user, try await friends.ids(of: user), at: loop.now)
        // Before they are looked up, so that no change is missed.
        if first != nil, doubts == doubtsBefore, roster.ids.count >= Self.fewest { keep(roster) }
        do {
            roster.begin(with: try await presence.read(roster.ids))
            if rosters[user] === roster, let last = try await presence.lastChange() { _ = await hasHeard(of: last) }
        } catch {
            forget(user)
        }
        return roster
    }

    /// Whether this change, and all before it, are in the rosters that are kept.
    private func hasHeard(of number: Int) async -> Bool {
        if let heard, heard < number {
            let timer = loop.schedule(after: Self.patience) { self.forgetAll() }
            defer { timer.cancel() }
            await withUnsafeContinuation { waiting.append(Waiting(number: number, continuation: $0)) }
        }
        return heard.map { $0 >= number } ?? false
    }

    // MARK: Changes

    /// What was told on ``PresenceStore/channel``.
    func hear(_ message: [UInt8]) {
        guard let last = heard else { return }
        guard let change = PresenceChange(message: message), change.number <= last + 1 else { return forgetAll() }
        guard change.number == last + 1 else { return }
        heard = change.number
        if let status = change.status {
            for place in places[change.user] ?? [] { place.roster.change(place.index, to: status) }
        } else {
            doubts += 1
            for place in places[change.user] ?? [] { forget(place.roster.user) }
        }
        wake { $0.number <= change.number }
    }

    private func wake(_ isWoken: (Waiting) -> Bool) {
        guard !waiting.isEmpty else { return }
        let woken = waiting.filter(isWoken)
        waiting.removeAll(where: isWoken)
        for one in woken { one.continuation.resume() }
    }

    // MARK: What is kept

    private func keep(_ roster: OnlineFriends) {
        forget(roster.user)
        for old in rosters.values where loop.now - old.madeAt >= Self.lifetime { forget(old.user) }
        while size + roster.ids.count > Self.most, let oldest = rosters.values.min(by: { $0.usedAt < $1.usedAt }) {
            forget(oldest.user)
        }
        rosters[roster.user] = roster
        size += roster.ids.count
        for (index, friend) in roster.ids.enumerated() {
            places[friend, default: []].append(Place(roster: roster, index: index))
        }
    }

    /// What is kept of somebody's friends is old.
    func forget(_ user: UserID) {
        guard let roster = rosters.removeValue(forKey: user) else { return }
        size -= roster.ids.count
        for friend in roster.ids {
            places[friend]?.removeAll { $0.roster === roster }
            if places[friend]?.isEmpty == true { places[friend] = nil }
        }
    }

    /// Changes may have been missed.
    func forgetAll() {
        doubts += 1
        rosters = [:]
        places = [:]
        size = 0
        heard = nil
        wake { _ in true }
    }
}
