import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// S2-88, S2-91, S2-171, S2-175, X-17, X-34: random users, follows, blocks, mutes, settings, posts, drafts, shares and
/// bookmarks; what each reader of posts shows is compared with the rule, computed from what was done.
@Suite(.database) struct PostVisibilityTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every reader shows the posts that the rule lets through, and no other`(seed: UInt64) async throws {
        try await FeatureHarness.open { features in
            var world = PostWorld(features, seed: seed)
            try await world.populate(6)
            for _ in 0..<4 {
                for _ in 0..<60 { try await world.act() }
                try await world.features.indexPosts()
                for reader in world.users {
                    try await expectFeed(world, reader)
                    try await expectBookmarks(world, reader)
                }
                for viewer in world.users.map({ Optional($0.user) }) + [nil] {
                    try await expectAll(world, viewer)
                    try await expectFound(world, viewer)
                    try await expectHashtags(world, viewer)
                    for author in world.users {
                        try await expectAuthor(world, author.user, viewer)
                        try await expectShares(world, author.user, viewer)
                    }
                    for post in world.posts.keys { try await expectOne(world, post, viewer) }
                    for post in world.scheduled.keys { try await expectScheduled(world, post, viewer) }
                }
                for author in world.users { try await expectDrafts(world, author) }
                #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
            }
        }
    }

    private func expectAll(_ world: PostWorld, _ viewer: UserID?) async throws {
        let page = try Page(number: nil, limit: "100", defaultLimit: 10, maximumLimit: 1_000)
        // Without a login the second one comes from the cache.
        for _ in 0..<2 {
            let found = try await world.features.posts.read.all(page, after: nil, for: viewer).posts
            #expect(found.map(\.id) == world.visible(to: viewer), "of all")
        }
    }

    private func expectFound(_ world: PostWorld, _ viewer: UserID?) async throws {
        let page = try Page(number: nil, limit: "100", defaultLimit: 10, maximumLimit: 1_000)
        for (query, word) in [("cats", "cat"), ("КОШКЕ", "кошки"), ("cat or кошка", nil), ("music -cat", "music")] {
            let found = try await world.features.posts.search(try PostQuery(query), page, after: nil, for: viewer)
            let expected = world.visible(to: viewer).filter {
                let words = world.posts[$0]?.text.words ?? []
                if query.contains("-"), words.contains("cat") { return false }
                return word.map { words.contains($0) } ?? !words.isDisjoint(with: ["cat", "кошки"])
            }
            #expect(Set(found.posts.map(\.id)) == Set(expected) && found.total == expected.count, "search of \(query)")
        }
    }

    private func expectHashtags(_ world: PostWorld, _ viewer: UserID?) async throws {
        let hashtags = world.features.posts.readHashtags
        let page = try Page(number: nil, limit: "100", defaultLimit: 10, maximumLimit: 1_000)
        func posts(_ tag: String, _ viewer: UserID?) -> [PostID] {
            world.visible(to: viewer).filter { world.posts[$0]?.text.tags.contains(tag) ?? false }
        }
        for tag in ["music", "кошки"] {
            let found = try await hashtags.posts(with: try Hashtag("#\(tag)"), page, after: nil, for: viewer)
            #expect(found.posts.map(\.id) == posts(tag, viewer), "of the tag \(tag)")
            // The same for every viewer: what strangers see.
            let strangers = posts(tag, nil).count
            #expect(try await hashtags.count(try Hashtag(tag.uppercased())) == (tag, strangers))
            let suggested = try await hashtags.suggestions(try Hashtag(beginning: String(tag.prefix(2))))
            #expect(suggested == (strangers > 0 ? [tag] : []), "suggestions")
        }
    }

    /// S2-87, S2-88, S2-173: without a timeline, and from the one that was built behind that.
    private func expectFeed(_ world: PostWorld, _ reader: Caller) async throws {
        let timelines = TimelineStore(world.features.redis)
        await world.features.redis.connected()
        try await timelines.drop(of: reader.user)
        let page = try Page(number: nil, limit: "100", defaultLimit: 10, maximumLimit: 100)
        for _ in 0..<2 {
            let feed = try await world.features.posts.readFeed(page, after: nil, by: reader)
            #expect(feed.posts.map(\.id) == world.feed(of: reader.user), "of a feed")
            try await eventually("the timeline is built") {
                try await timelines.read(.posts, of: reader.user) != .missing
            }
        }
    }

    private func expectAuthor(_ world: PostWorld, _ author: UserID, _ viewer: UserID?) async throws {
        let page = try Page(number: nil, limit: "100", defaultLimit: 10, maximumLimit: 1_000)
        do throws(DomainError) {
            let found = try await world.features.posts.read.posts(of: author, page, after: nil, for: viewer)
            let expected = world.visible(to: viewer).filter { world.posts[$0]?.author == author }
            #expect(found.posts.map(\.id) == expected && found.total == expected.count, "of an author")
        } catch {
            #expect(error.code == .userNotFound && world.isHidden(author, from: viewer))
        }
    }

    private func expectBookmarks(_ world: PostWorld, _ reader: Caller) async throws {
        let page = try await world.features.posts.bookmark.list(after: nil, limit: 100, by: reader)
        #expect(page.entries.map(\.post.id) == world.bookmarked(by: reader.user), "of bookmarks")
    }

    private func expectShares(_ world: PostWorld, _ user: UserID, _ viewer: UserID?) async throws {
        let share = world.features.posts.share
        do throws(DomainError) {
            let found = try await share.posts(sharedBy: user, after: nil, for: viewer, limit: 100)
            #expect(found.entries.map(\.post.id) == world.shared(by: user, for: viewer), "of shares")
            #expect(!world.isHidden(user, from: viewer))
        } catch {
            #expect(error.code == .userNotFound && world.isHidden(user, from: viewer))
        }
    }

    /// No reader but its author sees a scheduled post, and not even the author finds it among posts.
    private func expectScheduled(_ world: PostWorld, _ post: PostID, _ viewer: UserID?) async throws {
        let read = world.features.posts.read
        do throws(DomainError) {
            #expect(try await read.post(post, for: viewer).isScheduled && world.scheduled[post]?.author == viewer)
        } catch {
            #expect(error.code == .postNotFound && world.scheduled[post]?.author != viewer)
        }
        await expect(.postNotFound) { try await read.likes(of: post, .first(), for: viewer) }
        await expect(.postNotFound) {
            try await world.features.posts.readComments(of: post, .first(), after: nil, for: viewer)
        }
    }

    private func expectDrafts(_ world: PostWorld, _ author: Caller) async throws {
        let found = try await world.features.posts.readDrafts(limit: 100, after: nil, by: author).drafts
        let expected = world.scheduled.filter { $0.value.author == author.user }.keys
        #expect(Set(found.compactMap(\.post)) == Set(expected))
        #expect(Set(found.filter { $0.post == nil }.map(\.id)) == Set(world.drafts[author.user, default: [:]].keys))
    }

    private func expectOne(_ world: PostWorld, _ post: PostID, _ viewer: UserID?) async throws {
        let isVisible = world.visible(to: viewer).contains(post)
        let read = world.features.posts.read
        do throws(DomainError) {
            #expect(try await read.post(post, for: viewer).id == post && isVisible)
        } catch {
            #expect(error.code == .postNotFound && !isVisible)
        }
        let page = try Page(number: nil, limit: nil, defaultLimit: 50, maximumLimit: 50)
        do throws(DomainError) {
            let likes = try await read.likes(of: post, page, for: viewer).likes.map(\.user.id)
            let expected = world.likes.filter { $0.post == post && !world.isHidden($0.user, from: viewer) }
            #expect(isVisible && Set(likes) == Set(expected.map(\.user)) && likes.count == expected.count)
        } catch {
            #expect(error.code == .postNotFound && !isVisible)
        }
        do throws(DomainError) {
            let found = try await world.features.posts.share.shares(of: post, page, after: nil, for: viewer)
            let all = world.shares.filter { $0.post == post }
            #expect(found.shares.map(\.user.id) == all.map(\.user).filter { !world.isHidden($0, from: viewer) })
            #expect(isVisible && found.total == all.count)
        } catch {
            #expect(error.code == .postNotFound && !isVisible)
        }
    }
}
