import Domain
import Storage
import TestSupport
import Testing

@testable import Features

/// S0-43: mutual friends of users with many friends.
@Suite(.database) struct FriendSetsTests {
    @Test func `lists of any lengths share the ids that are in both`() {
        var random = SeededRandom(43)
        for _ in 0..<2_000 {
            let span = UInt64.random(in: 1...200, using: &random)
            let lists = (0..<2).map { _ in
                (0..<Int.random(in: 0...80, using: &random)).reduce(into: Set<UInt64>()) { ids, _ in
                    ids.insert(UInt64.random(in: 0...span, using: &random))
                }
            }
            let sorted = lists.map { $0.sorted().map { UserID(Identifier(high: $0 / 7, low: $0 % 7)) } }
            #expect(FriendSetsCache.common(sorted[0], sorted[1]) == lists[0].intersection(lists[1]).count)
        }
    }

    @Test(arguments: [0, 3, 100])
    func `counts are those of the given versions, however few friends the cache holds`(capacity: Int) async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            var others: [Caller] = []
            for name in ["cyd", "dee", "eve"] { others.append(try await features.user(name)) }
            for other in others { try await features.befriend(ada, other) }
            let friends = FriendStore(features.database)
            let cache = FriendSetsCache(friends, capacity: capacity)
            let count = {
                let versions = try await friends.sets(of: [ada.user, bob.user]).mapValues(\.version)
                let counts = try await cache.mutualFriends(
                    of: ada.user, at: versions[ada.user] ?? 0, with: [bob.user: versions[bob.user] ?? 0])
                return counts[bob.user]
            }
            #expect(try await count() == 0)
            for (number, other) in others.enumerated() {
                try await features.befriend(bob, other)
                #expect(try await count() == number + 1)
            }
            try await features.friends.remove(others[0].user, by: ada)
            for _ in 0..<2 { #expect(try await count() == 2) }
        }
    }
}
