import Chassis
import Domain
import Jobs
import Storage
import TestSupport
import Testing

@testable import Features

/// Users who do random things, and what must be true of it.
struct PostWorld {
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
