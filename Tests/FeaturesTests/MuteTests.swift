import Domain
import Jobs
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct MuteTests {
    @Test func `a muted user's posts and activities leave the feeds, and nothing else changes`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            _ = try await features.follows.follow.follow(bob.user, by: ada)
            let post = try await features.publish("Hello", visibility: .followers, by: bob)
            _ = try await features.upload(TrackTests.mp3, as: .track, called: "Song.mp3", by: bob)
            #expect(try await features.feed(of: ada) == [post.id])
            #expect(try await features.follows.readFeed(by: ada).activities.count == 1)
            try await features.follows.mute.mute(bob.user, by: ada)
            #expect(try await features.feed(of: ada) == [])
            #expect(try await features.follows.readFeed(by: ada).activities.isEmpty)

            #expect(try await features.posts.read.post(post.id, for: ada.user).id == post.id)
            #expect(
                try await features.posts.read.posts(of: bob.user, .first(), after: nil, for: ada.user).total == 1)
            let profile = try await features.profiles.readPublic.user(bob.user, for: ada.user)
            #expect(profile.isFollowing && profile.followersCount == 1)
            #expect(try await features.follows.list(.followers, of: bob.user, for: bob.user).follows.count == 1)
            #expect(try await features.feed(of: bob) == [post.id])

            try await features.follows.mute.unmute(bob.user, by: ada)
            #expect(try await features.feed(of: ada) == [post.id])
            #expect(try await features.follows.readFeed(by: ada).activities.count == 1)
        }
    }

    @Test func `a mute needs no follow, and stays when a follow ends and begins`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: bob)
            try await features.follows.mute.mute(bob.user, by: ada)
            for _ in 0..<2 {
                _ = try await features.follows.follow.follow(bob.user, by: ada)
                #expect(try await features.feed(of: ada) == [])
                try await features.follows.follow.unfollow(bob.user, by: ada)
            }
            try await features.follows.mute.unmute(bob.user, by: ada)
            _ = try await features.follows.follow.follow(bob.user, by: ada)
            #expect(try await features.feed(of: ada) == [post.id])
        }
    }

    // CONTRACT: who is blocked cannot tell it from a stranger's answer.
    @Test func `the answers to a mute are those to a follow`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let mute = features.follows.mute
            await expect(.cannotMuteYourself, .invalid) { try await mute.mute(ada.user, by: ada) }
            await expect(.userNotFound, .notFound) { try await mute.mute(FeatureHarness.id(), by: ada) }
            await expect(.userNotMuted, .conflict) { try await mute.unmute(FeatureHarness.id(), by: ada) }
            await expect(.userNotMuted, .conflict) { try await mute.unmute(bob.user, by: ada) }
            try await mute.mute(bob.user, by: ada)
            await expect(.userAlreadyMuted, .conflict) { try await mute.mute(bob.user, by: ada) }
            // Bob blocks Ada; Ada's list and answers are those of before, and of a stranger.
            try await features.friends.blocks.block(ada.user, by: bob)
            try await features.friends.blocks.block(ada.user, by: eve)
            try await mute.mute(eve.user, by: ada)
            #expect(try await features.mutes(of: ada) == [eve.user, bob.user])
            await expect(.userBlocked, .forbidden) { try await mute.mute(ada.user, by: bob) }
            try await mute.unmute(bob.user, by: ada)
            #expect(try await features.mutes(of: ada) == [eve.user])
            #expect(try await features.mutes(of: bob) == [])
            _ = try await AccountStore(features.database).deactivate(eve.user)
            #expect(try await features.mutes(of: ada) == [])
            await expect(.userNotFound, .notFound) { try await mute.mute(eve.user, by: bob) }
            try await mute.unmute(eve.user, by: ada)
        }
    }

    @Test func `pages of mutes continue behind the last one`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            var others: [UserID] = []
            for index in 0..<3 {
                others.append(try await features.user("user-\(index)").user)
                try await features.follows.mute.mute(others[index], by: ada)
            }
            let first = try await features.follows.mute.list(after: nil, limit: 2, by: ada)
            #expect(first.users.map(\.user.id) == [others[2], others[1]])
            let second = try await features.follows.mute.list(after: first.next, limit: 2, by: ada)
            #expect(second.users.map(\.user.id) == [others[0]] && second.next == nil)
        }
    }

    @Test func `mutes and follows of the same users at once agree`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: bob)
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        let follows = processes[worker % 4].follows
                        var random = SeededRandom(UInt64(worker) + 1)
                        for _ in 0..<30 {
                            do throws(DomainError) {
                                switch Int.random(in: 0..<4, using: &random) {
                                case 0: try await follows.mute.mute(bob.user, by: ada)
                                case 1: try await follows.mute.unmute(bob.user, by: ada)
                                case 2: try await follows.follow.followOnce(bob.user, by: ada)
                                default: try await follows.follow.unfollow(bob.user, by: ada)
                                }
                            } catch {
                                #expect(
                                    [.userAlreadyMuted, .userNotMuted, .alreadyFollowing, .notFollowing].contains(
                                        error.code), "\(error)")
                            }
                        }
                    }
                }
            }
            _ = try await features.follows.follow.follow(bob.user, by: ada)
            let isMuted = try await features.mutes(of: ada) == [bob.user]
            #expect(try await features.feed(of: ada) == (isMuted ? [] : [post.id]))
        }
    }
}

extension FeatureHarness {
    /// The feed by PostgreSQL alone.
    fileprivate func feed(of user: Caller) async throws -> [PostID] {
        await redis.connected()
        try await TimelineStore(redis).drop(of: user.user)
        return try await posts.readFeed(.first(), after: nil, by: user).posts.map(\.id)
    }

    fileprivate func mutes(of user: Caller) async throws(DomainError) -> [UserID] {
        try await follows.mute.list(after: nil, limit: 100, by: user).users.map(\.user.id)
    }
}
