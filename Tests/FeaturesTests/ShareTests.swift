import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct ShareTests {
    // S2-163, S2-175
    @Test func `fifty equal shares at once are one`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            let shared = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        do throws(DomainError) {
                            try await processes[index % 4].posts.share.share(post.id, by: bob)
                            return true
                        } catch {
                            #expect(error.code == .postAlreadyShared)
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { if $1 { $0 += 1 } }
            }
            #expect(shared == 1)
            #expect(try await features.posts.read.post(post.id, for: nil).sharesCount == 1)
            try await features.posts.share.unshare(post.id, by: bob)
            await expect(.postNotShared, .conflict) { try await features.posts.share.unshare(post.id, by: bob) }
            #expect(try await features.posts.read.post(post.id, for: nil).sharesCount == 0)
        }
    }

    // S2-91, S2-175
    @Test func `others share what all readers see, an author every own post`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let share = features.posts.share
            _ = try await features.follows.follow.follow(ada.user, by: bob)
            let open = try await features.publish("All", by: ada)
            let narrow = try await features.publish("Followers", visibility: .followers, by: ada)
            let secret = try await features.publish("Secret", visibility: .author, by: ada)
            await expect(.postNotPublic, .forbidden) { try await share.share(narrow.id, by: bob) }
            await expect(.postNotFound, .notFound) { try await share.share(secret.id, by: bob) }
            await expect(.postNotFound, .notFound) { try await share.unshare(secret.id, by: bob) }
            await expect(.postNotFound, .notFound) { try await share.share(FeatureHarness.id(), by: bob) }
            for post in [open, narrow, secret] { try await share.share(post.id, by: ada) }
            #expect(try await features.sharedPosts(of: ada, for: bob) == [narrow.id, open.id])
            #expect(try await features.sharedPosts(of: ada, for: nil) == [open.id])
            try await features.setPrivate(ada)
            await expect(.postNotPublic, .forbidden) { try await share.share(open.id, by: bob) }
            // A private profile shows its shares to followers.
            #expect(try await features.sharedPosts(of: ada, for: nil) == [])
            #expect(try await features.sharedPosts(of: ada, for: bob) == [narrow.id, open.id])
        }
    }

    // S2-91, S2-175
    @Test func `a share shows a post to no user who does not see it, and can be ended by one who did`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let share = features.posts.share
            let post = try await features.publish("Hello", by: ada)
            for user in [bob, eve] { try await share.share(post.id, by: user) }
            let sharers = try await share.shares(of: post.id, .first(), after: nil, for: ada.user)
            #expect(sharers.shares.map(\.user.id) == [eve.user, bob.user] && sharers.total == 2)
            try await features.friends.blocks.block(eve.user, by: ada)
            #expect(
                try await share.shares(of: post.id, .first(), after: nil, for: ada.user).shares.map(\.user.id)
                    == [bob.user])
            #expect(try await features.sharedPosts(of: bob, for: eve) == [])
            await expect(.userNotFound, .notFound) { try await features.sharedPosts(of: eve, for: ada) }
            await expect(.postNotFound, .notFound) {
                try await share.shares(of: post.id, .first(), after: nil, for: eve.user)
            }
            try await share.unshare(post.id, by: eve)
            var changes = PostChanges()
            changes.visibility = .author
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            #expect(try await features.sharedPosts(of: bob, for: bob) == [])
            #expect(try await features.posts.read.post(post.id, for: ada.user).sharesCount == 1)
            try await share.unshare(post.id, by: bob)
            #expect(try await features.posts.read.post(post.id, for: ada.user).sharesCount == 0)
        }
    }

    // S2-175, X-24
    @Test func `pages of shares continue behind the last one, whatever is shared meanwhile`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let share = features.posts.share
            var posts: [PostID] = []
            for number in 0..<6 { posts.append(try await features.publish("\(number)", by: ada).id) }
            for post in posts.prefix(5) { try await share.share(post, by: bob) }
            let first = try await share.posts(sharedBy: bob.user, after: nil, for: nil, limit: 2)
            #expect(first.entries.map(\.post.id) == [posts[4], posts[3]])
            try await share.share(posts[5], by: bob)
            try await features.posts.write.delete(posts[2], by: ada)
            let second = try await share.posts(sharedBy: bob.user, after: first.next, for: nil, limit: 2)
            #expect(second.entries.map(\.post.id) == [posts[1], posts[0]] && second.next == nil)

            for user in ["cyd", "dan"] { try await share.share(posts[5], by: try await features.user(user)) }
            let newest = try await share.shares(of: posts[5], .first(2), after: nil, for: nil)
            #expect(newest.shares.map(\.user.username) == ["dan", "cyd"] && newest.total == 3)
            let rest = try await share.shares(of: posts[5], .first(2), after: newest.next, for: nil)
            #expect(rest.shares.map(\.user.username) == ["bob"] && rest.next == nil)
        }
    }

    @Test func `a page looks at a thousand shares at most, and the next one continues behind them`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            try await features.posts.share.share(post.id, by: bob)
            _ = try await features.database.write(Self.shareInvisible, [.id(ada.user), .id(bob.user)])
            let first = try await features.posts.share.posts(sharedBy: bob.user, after: nil, for: nil, limit: 10)
            #expect(first.entries.isEmpty && first.next != nil)
            let second = try await features.posts.share.posts(
                sharedBy: bob.user, after: first.next, for: nil, limit: 10)
            #expect(second.entries.map(\.post.id) == [post.id] && second.next == nil)
        }
    }

    private static let shareInvisible = Statement(
        "test_share_invisible",
        """
        WITH post AS (
            INSERT INTO posts (id, author_id, content, visibility, shares_count, created_at, updated_at, published_at)
            SELECT gen_random_uuid(), $1, 'x', 'PRIVATE', 1, now(), now(), now() FROM generate_series(1, 1000)
            RETURNING id
        )
        INSERT INTO shares (user_id, post_id, id, created_at)
        SELECT $2, id, ('ffffffff-ffff-7' || substr(gen_random_uuid()::text, 16))::uuid, now() FROM post
        """)

    // S2-100, S2-167, S2-175
    @Test func `counters equal rows after shares, deletions and a closed account at the same time`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            var users: [Caller] = []
            for index in 0..<5 { users.append(try await features.user("user-\(index)")) }
            var posts: [PostID] = []
            for user in users { for _ in 0..<3 { posts.append(try await features.publish("Hello", by: user).id) } }
            let (everybody, all) = (users, posts)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var random = SeededRandom(UInt64(worker) + 1)
                        for _ in 0..<50 {
                            let features = processes[worker % 4]
                            let user = everybody[Int.random(in: 0..<everybody.count, using: &random)]
                            let post = all[Int.random(in: 0..<all.count, using: &random)]
                            // Each refusal is one of the documented ones; a deadlock would be none.
                            do throws(DomainError) {
                                switch Int.random(in: 0..<10, using: &random) {
                                case 0: try await features.posts.write.delete(post, by: user)
                                case 1: try await features.posts.like.like(post, by: user)
                                case 2: try await features.posts.bookmark.add(post, by: user)
                                case 3..<7: try await features.posts.share.share(post, by: user)
                                default: try await features.posts.share.unshare(post, by: user)
                                }
                            } catch {
                                #expect(
                                    [
                                        .postNotFound, .postNotYours, .postAlreadyLiked, .postAlreadyBookmarked,
                                        .postAlreadyShared, .postNotShared,
                                    ].contains(error.code), "\(error)")
                            }
                        }
                    }
                }
                group.addTask {
                    let (shares, posts) = (ShareStore(processes[3].database), PostStore(processes[3].database))
                    for _ in 0..<10 {
                        _ = try await shares.removeSome(of: everybody[0].user, limit: 2)
                        _ = try await posts.removeSome(of: everybody[0].user, limit: 1)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }

    // S2-100, S2-167
    @Test func `shares keep a deleted account until they are counted, and a wrong count is corrected`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            for user in [ada, bob] {
                try await features.posts.share.share(post.id, by: user)
                try await features.posts.bookmark.add(post.id, by: user)
            }
            try await features.follows.mute.mute(ada.user, by: bob)
            let accounts = AccountStore(features.database)
            let job = OutboxJob(id: FeatureHarness.id(), queue: "none", kind: "none", payload: "{}")
            _ = try await accounts.delete(bob.user, enqueuing: job)
            await expect(.tokenInvalid) { try await features.posts.share.share(post.id, by: bob) }
            await expect(.tokenInvalid) { try await features.posts.bookmark.add(post.id, by: bob) }
            #expect(try await !accounts.removeDeleted(bob.user, job: job.id))
            while try await ShareStore(features.database).removeSome(of: bob.user) > 0 {}
            #expect(try await accounts.removeDeleted(bob.user, job: job.id))
            #expect(try await features.posts.read.post(post.id, for: nil).sharesCount == 1)
            let audit = CounterAudit(features.database)
            #expect(try await audit.page(after: nil).wrong == [])
            _ = try await features.database.write(Statement("test_wrong", "UPDATE posts SET shares_count = 7"))
            #expect(try await audit.page(after: nil).wrong == [ada.user])
            #expect(try await audit.correct([ada.user]) == 1)
            #expect(try await features.posts.read.post(post.id, for: nil).sharesCount == 1)
        }
    }
}

extension FeatureHarness {
    fileprivate func sharedPosts(of user: Caller, for viewer: Caller?) async throws(DomainError) -> [PostID] {
        try await posts.share.posts(sharedBy: user.user, after: nil, for: viewer?.user, limit: 100).entries.map(
            \.post.id)
    }

    fileprivate func setPrivate(_ user: Caller) async throws(DomainError) {
        var changes = ProfileChanges()
        changes.isPrivate = true
        _ = try await profiles.update(changes, of: user.user, by: user)
    }
}
