import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct FollowTests {
    // S2-108, S2-110, S2-111, S2-164
    @Test func `follows of one turn are one statement, and those of several processes never deadlock`() async throws {
        try await FeatureHarness.openParallel(3) { processes in
            var made: [Caller] = []
            for index in 0..<8 { made.append(try await processes[0].user("user-\(index)")) }
            let users = made
            let refused = await withTaskGroup(of: DomainError.Code?.self) { group in
                for process in processes {
                    for user in users {
                        for other in users.shuffled() {
                            group.addTask {
                                do throws(DomainError) {
                                    try await process.follows.follow.followOnce(other.user, by: user)
                                    return nil
                                } catch {
                                    return error.code
                                }
                            }
                        }
                    }
                }
                return await group.reduce(into: [DomainError.Code: Int]()) { counts, code in
                    if let code { counts[code, default: 0] += 1 }
                }
            }
            // Each pair was followed by one of three, and nobody by themselves.
            #expect(refused == [.cannotFollowYourself: 3 * 8, .alreadyFollowing: 2 * 8 * 7])
            #expect(try await CounterAudit(processes[0].database).page(after: nil).wrong == [])
            for process in processes {
                _ = try await process.database.write(Statement("flush_statistics", "SELECT pg_stat_force_next_flush()"))
            }
            let deadlocks = Statement(
                "deadlocks", "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
            var row = try #require(try await processes[0].database.read(deadlocks).first)
            #expect(try row.int() == 0)
            let transactions = Statement("transactions_of_follows", "SELECT count(DISTINCT xmin::text) FROM follows")
            var counted = try #require(try await processes[0].database.read(transactions).first)
            #expect(try counted.int() < 8 * 7)
        }
    }

    // S1-85, S1-86, S1-95, S1-121
    @Test func `a follow is counted once, and an unfollow ends it once`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let first = try await features.follows.follow.follow(bob.user, by: ada)
            let second = try await features.follows.follow.follow(bob.user, by: ada)
            #expect(first.id == second.id && first.createdAt == second.createdAt)
            #expect(try await features.counters(bob.user) == [1, 0])
            #expect(try await features.counters(ada.user) == [0, 1])
            #expect(try await features.follows.list.isFollowing(bob.user, by: ada.user, for: nil))
            try await features.follows.follow.unfollow(bob.user, by: ada)
            await expect(.notFollowing, .notFound) { try await features.follows.follow.unfollow(bob.user, by: ada) }
            #expect(try await features.counters(bob.user) == [0, 0])
            #expect(try await features.counters(ada.user) == [0, 0])
            await expect(.cannotFollowYourself, .invalid) {
                try await features.follows.follow.follow(ada.user, by: ada)
            }
            await expect(.userNotFound, .notFound) {
                try await features.follows.follow.follow(FeatureHarness.id(), by: ada)
            }
        }
    }

    @Test func `fifty equal follows at once are one`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            try await withThrowingTaskGroup(of: FollowID.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await features.follows.follow.follow(bob.user, by: ada).id }
                }
                var ids: Set<FollowID> = []
                for try await id in group { ids.insert(id) }
                #expect(ids.count == 1)
            }
            #expect(try await features.counters(bob.user) == [1, 0])
            #expect(try await features.list(.followers, of: bob.user) == [ada.user])
        }
    }

    // CONTRACT: a block ends follows in both directions, and who is blocked cannot tell it from a stranger's answer.
    @Test func `a block ends follows in both directions, and hides those that come later`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            _ = try await features.follows.follow.follow(bob.user, by: ada)
            _ = try await features.follows.follow.follow(ada.user, by: bob)
            try await features.friends.blocks.block(ada.user, by: bob)
            #expect(try await features.counters(ada.user) == [0, 0])
            #expect(try await features.counters(bob.user) == [0, 0])
            // Ada gets the answer of a stranger, and Bob never sees it.
            _ = try await features.follows.follow.follow(bob.user, by: ada)
            #expect(try await features.counters(bob.user) == [0, 0])
            await expect(.userBlocked, .forbidden) { try await features.follows.follow.follow(ada.user, by: bob) }
            try await features.friends.blocks.unblock(ada.user, by: bob)
            #expect(try await features.list(.followers, of: bob.user) == [])
            #expect(try await features.list(.following, of: ada.user, for: ada.user) == [bob.user])
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    // S1-92 to S1-94, S1-49
    @Test func `the feed has the newest activities of followed users, a profile's at most once an hour`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            _ = try await features.follows.follow.follow(bob.user, by: ada)
            _ = try await features.upload(TrackTests.mp3, as: .track, called: "Eves.mp3", by: eve)
            let track = try await features.upload(TrackTests.mp3, as: .track, called: "Song.mp3", by: bob)
            var changes = ProfileChanges()
            changes.bio = "New"
            for _ in 0..<3 { _ = try await features.profiles.update(changes, of: bob.user, by: bob) }
            let feed = try await features.follows.readFeed(by: ada).activities
            #expect(feed.map(\.user) == [bob.user, bob.user])
            #expect(feed.map { $0.track?.id } == [nil, track.id] && feed[1].track?.title == "Song")
            try await features.media.delete(track.id, by: bob)
            #expect(try await features.follows.readFeed(by: ada).activities.count == 1)
            try await features.friends.blocks.block(ada.user, by: bob)
            #expect(try await features.follows.readFeed(by: ada).activities.isEmpty)
        }
    }
}

extension FeatureHarness {
    /// Followers and follows.
    fileprivate func counters(_ user: UserID) async throws -> [Int] {
        var row = try await database.read(
            Statement(
                "test_follow_counters", "SELECT followers_count, following_count FROM profiles WHERE user_id = $1"),
            [.id(user)])[0]
        return [try row.int(), try row.int()]
    }

    fileprivate func list(_ side: FollowSide, of user: UserID, for viewer: UserID? = nil) async throws -> [UserID] {
        try await follows.list(side, of: user, for: viewer).follows.map {
            side == .followers ? $0.follower : $0.followed
        }
    }
}
