import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct ProfileTests {
    // S1-28 to S1-36, S1-45, S1-46
    @Test func `a profile keeps what an update does not name`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            var changes = ProfileChanges()
            changes.displayName = "Ada L."
            changes.genres = ["rock", "jazz"]
            changes.isPrivate = true
            changes.wantsEmail = false
            let first = try await features.profiles.update(changes, of: ada.user, by: ada)
            #expect(first.displayName == "Ada L." && first.isPrivate && !first.wantsEmail && first.showsOnlineStatus)
            #expect(String(decoding: first.genres, as: UTF8.self) == #"["rock", "jazz"]"#)
            var more = ProfileChanges()
            more.bio = "Musician"
            more.showsOnlineStatus = false
            let second = try await features.profiles.update(more, of: ada.user, by: ada)
            #expect(second.displayName == "Ada L." && second.bio == "Musician" && second.isPrivate)
            #expect(!second.showsOnlineStatus && second.updatedAt > first.updatedAt)
            let bob = try await features.user("bob")
            await expect(.notYourself, .forbidden) { try await features.profiles.update(more, of: ada.user, by: bob) }
        }
    }

    // X-17, S1-50, S1-66
    @Test func `only its owner, followers and administrators see the details and files of a private profile`()
        async throws
    {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            var changes = ProfileChanges()
            changes.bio = "Secret"
            changes.isPrivate = true
            _ = try await features.profiles.update(changes, of: ada.user, by: ada)
            let track = try await features.upload(TrackTests.mp3, as: .track, by: ada)
            _ = try await features.follows.follow.follow(ada.user, by: bob)
            for (viewer, sees) in [(nil, false), (eve.user, false), (bob.user, true), (ada.user, true)] {
                let profile = try await features.profiles.read(ada.user, for: viewer)
                #expect(profile.bio == (sees ? "Secret" : nil) && profile.tracksCount == 1)
                let files = try await features.profiles.read.files(.tracks, ofUserNamed: "ADA", for: viewer)
                #expect(files.map(\.id) == (sees ? [track.id] : []))
                if sees {
                    _ = try await features.media.read.track(track.id, for: viewer)
                } else {
                    await expect(.trackNotFound) { try await features.media.read.track(track.id, for: viewer) }
                }
                #expect(
                    try await features.follows.list(.followers, of: ada.user, for: viewer).follows.count
                        == (sees ? 1 : 0))
            }
        }
    }

    // S1-34
    @Test func `a profile has the newest ten thousand follows, and the count of all`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            _ = try await features.database.write(
                Statement(
                    "test_many_follows",
                    """
                    WITH new AS (
                        INSERT INTO accounts (id, email, username)
                        SELECT gen_random_uuid(), number || '@example.com', 'user' || number
                        FROM generate_series(1, 10010) AS number RETURNING id, username
                    ), profiled AS (
                        INSERT INTO profiles (user_id) SELECT id FROM new
                    ), followed AS (
                        INSERT INTO follows (follower_id, following_id, id, created_at)
                        SELECT $1, id, ('00000000-0000-7000-8000-' || lpad(substr(username, 5), 12, '0'))::uuid, now()
                        FROM new
                    )
                    UPDATE profiles SET following_count = 10010 WHERE user_id = $1
                    """), [.id(ada.user)])
            let profile = try await features.profiles.read(ada.user, for: nil)
            #expect(profile.following.count == 10_000 && profile.followingCount == 10_010)
            let newest = try await features.profiles.read.named("user10010", for: nil)
            let oldest = try await features.profiles.read.named("user10", for: nil)
            #expect(profile.following.first == newest.user && !profile.following.contains(oldest.user))
        }
    }

    // S1-37, S1-38
    @Test func `all profiles come in pages, without excluded, hidden and closed ones`() async throws {
        try await FeatureHarness.open { features in
            var users: [Caller] = []
            for name in ["ada", "bob", "eve", "joe", "kim"] { users.append(try await features.user(name)) }
            try await features.accounts.account.deactivate(users[4].user)
            try await features.friends.blocks.block(users[0].user, by: users[3])
            func names(excluding: UserID?, for viewer: UserID?) async throws -> [String] {
                var names: [String] = []
                var last: UserID?
                while true {
                    let page = try await features.profiles.read.page(
                        after: last, excluding: excluding, for: viewer, limit: 2)
                    names += page.map(\.username)
                    guard page.count == 2 else { return names.sorted() }
                    last = page.last?.user
                }
            }
            #expect(try await names(excluding: nil, for: nil) == ["ada", "bob", "eve", "joe"])
            #expect(try await names(excluding: users[1].user, for: users[0].user) == ["ada", "eve"])
            await expect(.profileNotFound) { try await features.profiles.read(users[3].user, for: users[0].user) }
            await expect(.profileNotFound) { try await features.profiles.read.named("kim", for: nil) }
        }
    }
}
