import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// S2-88, S2-91, S2-171, S2-175, X-17, X-34: random users, follows, blocks, mutes, settings, posts, shares and bookmarks;
/// what each reader of posts shows is compared with the rule, computed here from what was done.
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

/// Users who do random things, and what must be true of it.
private struct PostWorld {
    struct Written {
        let author: UserID
        var visibility: PostVisibility
        var text: Text
    }

    struct Text: Sendable {
        let content: String
        /// Of those that the test searches for.
        let words: Set<String>
        let tags: Set<String>
    }

    private static let texts = [
        Text(content: "Hello", words: [], tags: []),
        Text(content: "A cat, and #Music", words: ["cat", "music"], tags: ["music"]),
        Text(content: "Cats like #music and #Кошки", words: ["cat", "music", "кошки"], tags: ["music", "кошки"]),
        Text(content: "Кошка слушает #MUSIC", words: ["кошки", "music"], tags: ["music"]),
    ]

    struct Like: Hashable {
        let user: UserID
        let post: PostID
    }

    struct Pair: Hashable {
        let from: UserID
        let to: UserID
    }

    let features: FeatureHarness
    private var random: SeededRandom
    private(set) var users: [Caller] = []
    private(set) var posts: [PostID: Written] = [:]
    private(set) var likes: Set<Like> = []
    /// The last first.
    private(set) var shares: [Like] = []
    /// The last first.
    private var bookmarks: [Like] = []
    private var mutes: Set<Pair> = []
    private(set) var scheduled: [PostID: Written] = [:]
    private(set) var drafts: [UserID: [DraftID: Text]] = [:]
    private var follows: Set<Pair> = []
    private var blocks: Set<Pair> = []
    private var privateUsers: Set<UserID> = []
    private var closed: Set<UserID> = []

    init(_ features: FeatureHarness, seed: UInt64) {
        self.features = features
        random = SeededRandom(seed)
    }

    mutating func populate(_ count: Int) async throws {
        for index in 0..<count { users.append(try await features.user("user-\(index)")) }
    }

    func isHidden(_ other: UserID, from viewer: UserID?) -> Bool {
        if closed.contains(other), other != viewer { return true }
        guard let viewer else { return false }
        return blocks.contains(Pair(from: viewer, to: other)) || blocks.contains(Pair(from: other, to: viewer))
    }

    /// The posts that a viewer sees, the newest first.
    func visible(to viewer: UserID?) -> [PostID] {
        posts.filter { _, post in
            if post.author == viewer { return true }
            guard post.visibility != .author, !isHidden(post.author, from: viewer) else { return false }
            if post.visibility == .everyone, !privateUsers.contains(post.author) { return true }
            return viewer.map { follows.contains(Pair(from: $0, to: post.author)) } ?? false
        }.keys.sorted { $0.identifier > $1.identifier }
    }

    /// The posts of a user's feed, the newest first.
    func feed(of reader: UserID) -> [PostID] {
        visible(to: reader).filter {
            guard let post = posts[$0], post.visibility != .author else { return false }
            let pair = Pair(from: reader, to: post.author)
            return post.author == reader || follows.contains(pair) && !mutes.contains(pair)
        }
    }

    /// The posts that a user shares, as the viewer sees them.
    func shared(by user: UserID, for viewer: UserID?) -> [PostID] {
        let isOpen =
            user == viewer || !privateUsers.contains(user)
            || viewer.map { follows.contains(Pair(from: $0, to: user)) } ?? false
        let visible = visible(to: viewer)
        return shares.filter { isOpen && $0.user == user && visible.contains($0.post) }.map(\.post)
    }

    func bookmarked(by user: UserID) -> [PostID] {
        let visible = visible(to: user)
        return bookmarks.filter { $0.user == user && visible.contains($0.post) }.map(\.post)
    }

    mutating func act() async throws {
        let user = users[Int.random(in: 0..<users.count, using: &random)]
        let other = users[Int.random(in: 0..<users.count, using: &random)].user
        let post = posts.keys.sorted { $0.identifier < $1.identifier }.randomElement(using: &random)
        let pair = Pair(from: user.user, to: other)
        switch Int.random(in: 0..<23, using: &random) {
        case 19: try await schedule(by: user)
        case 20: try await publishScheduled()
        case 21: try await changeScheduled(by: user)
        case 22: try await publishDraft(by: user)
        case 0..<3:
            let visibility = PostVisibility.allCases.randomElement(using: &random) ?? .everyone
            guard let text = Self.texts.randomElement(using: &random) else { return }
            let written = try await features.publish(text.content, visibility: visibility, by: user)
            posts[written.id] = Written(author: user.user, visibility: visibility, text: text)
        case 3 where other != user.user && !blocks.contains(pair):
            // The follow of a user who is blocked is hidden, and stays so.
            let isHidden = blocks.contains(Pair(from: other, to: user.user))
            guard !isHidden, (try? await features.follows.follow.follow(other, by: user)) != nil else { return }
            follows.insert(pair)
        case 4:
            guard (try? await features.follows.follow.unfollow(other, by: user)) != nil else { return }
            follows.remove(pair)
        case 5 where other != user.user:
            try await features.friends.blocks.block(other, by: user)
            blocks.insert(pair)
            follows.remove(pair)
            follows.remove(Pair(from: other, to: user.user))
        case 6 where blocks.contains(pair):
            try await features.friends.blocks.unblock(other, by: user)
            blocks.remove(pair)
        case 7:
            var changes = ProfileChanges()
            changes.isPrivate = Bool.random(using: &random)
            _ = try await features.profiles.update(changes, of: user.user, by: user)
            if changes.isPrivate == true { privateUsers.insert(user.user) } else { privateUsers.remove(user.user) }
        case 8:
            guard let post, let author = posts[post]?.author, author == user.user else { return }
            var changes = PostChanges()
            changes.visibility = PostVisibility.allCases.randomElement(using: &random)
            guard let text = Self.texts.randomElement(using: &random) else { return }
            if Bool.random(using: &random) {
                changes.content = text.content
                posts[post]?.text = text
            }
            posts[post]?.visibility = try await features.posts.write.update(post, changes, by: user).visibility
        case 9, 10:
            guard let post, (try? await features.posts.like.like(post, by: user)) != nil else { return }
            likes.insert(Like(user: user.user, post: post))
        case 11:
            guard let post, posts[post]?.author == user.user else { return }
            try await features.posts.write.delete(post, by: user)
            posts[post] = nil
            likes = likes.filter { $0.post != post }
            shares.removeAll { $0.post == post }
            bookmarks.removeAll { $0.post == post }
        case 12..<14:
            guard let post, let written = posts[post] else { return }
            let mark = Like(user: user.user, post: post)
            let isPublic = written.visibility == .everyone && !privateUsers.contains(written.author)
            let isAllowed =
                visible(to: user.user).contains(post) && (written.author == user.user || isPublic)
                && !shares.contains(mark)
            let isShared = (try? await features.posts.share.share(post, by: user)) != nil
            #expect(isShared == isAllowed)
            if isShared { shares.insert(mark, at: 0) }
        case 14:
            guard let mark = shares.filter({ $0.user == user.user }).randomElement(using: &random) else { return }
            try await features.posts.share.unshare(mark.post, by: user)
            shares.removeAll { $0 == mark }
        case 15:
            guard let post else { return }
            let mark = Like(user: user.user, post: post)
            let isAllowed = visible(to: user.user).contains(post) && !bookmarks.contains(mark)
            let isAdded = (try? await features.posts.bookmark.add(post, by: user)) != nil
            #expect(isAdded == isAllowed)
            if isAdded { bookmarks.insert(mark, at: 0) }
        case 16:
            guard let mark = bookmarks.filter({ $0.user == user.user }).randomElement(using: &random) else { return }
            try await features.posts.bookmark.remove(mark.post, by: user)
            bookmarks.removeAll { $0 == mark }
        case 17 where other != user.user:
            let isMuted = (try? await features.follows.mute.mute(other, by: user)) != nil
            #expect(isMuted == (!blocks.contains(pair) && !mutes.contains(pair)))
            if isMuted { mutes.insert(pair) }
        case 18 where mutes.contains(pair):
            try await features.follows.mute.unmute(other, by: user)
            mutes.remove(pair)
        default: return
        }
    }

    /// Schedules a post, some for a time that has come already.
    private mutating func schedule(by user: Caller) async throws {
        let visibility = PostVisibility.allCases.randomElement(using: &random) ?? .everyone
        guard let text = Self.texts.randomElement(using: &random) else { return }
        let post = try await features.schedule(text.content, at: time(), visibility: visibility, by: user)
        scheduled[post.id] = Written(author: user.user, visibility: visibility, text: text)
    }

    private mutating func publishScheduled() async throws {
        let all = scheduled.keys.sorted { $0.identifier < $1.identifier }
        guard let post = all.randomElement(using: &random), let written = scheduled[post],
            let author = users.first(where: { $0.user == written.author }),
            case .published = try await features.publishDue(post, of: author)
        else { return }
        scheduled[post] = nil
        posts[post] = written
    }

    /// Moves a scheduled post to another time, or withdraws it; other users find none.
    private mutating func changeScheduled(by user: Caller) async throws {
        let all = scheduled.keys.sorted { $0.identifier < $1.identifier }
        guard let post = all.randomElement(using: &random), let written = scheduled[post] else { return }
        let write = features.posts.write
        guard written.author == user.user else {
            await expect(.postNotFound) { try await write.update(post, PostChanges(), by: user) }
            await expect(.postNotFound) { try await write.delete(post, by: user) }
            return
        }
        scheduled[post] = nil
        if Bool.random(using: &random) {
            try await write.delete(post, by: user)
        } else {
            let moved = try await write.update(post, PostChanges(), at: .later(time()), by: user)
            scheduled[moved.id] = written
        }
    }

    /// Writes a draft, or publishes one.
    private mutating func publishDraft(by user: Caller) async throws {
        let all = drafts[user.user, default: [:]].sorted { $0.key.identifier < $1.key.identifier }
        guard let (draft, text) = all.randomElement(using: &random) else {
            guard let text = Self.texts.randomElement(using: &random) else { return }
            drafts[user.user, default: [:]][try await features.draft(text.content, by: user).id] = text
            return
        }
        let post = try await features.posts.write.publish(draft, key: nil, by: user)
        drafts[user.user]?[draft] = nil
        posts[post.id] = Written(author: user.user, visibility: .everyone, text: text)
    }

    private mutating func time() -> Timestamp {
        let seconds = Bool.random(using: &random) ? -1 : 3_600
        return Timestamp(microseconds: Int64(Timestamp.now.unixMilliseconds + seconds * 1_000) * 1_000)
    }
}
