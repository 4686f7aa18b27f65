import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features
@testable import Workers

/// writes of processes that die before they renew the cache of posts.
@Suite(.database) struct PublicPostsRepairTests {
    @Test func `a job hides what a process that died has hidden`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let cache = PublicPosts(
                CacheStore(.posts, pools.context.redis),
                BoundedRedis(on: pools.context.loop, longestWait: .seconds(60)),
                CacheMetrics(.posts, in: Metrics()))
            let page: @Sendable () async throws -> [PostID] = {
                try await cache.value("test") { () async throws(PostgresError) in
                    PublicPostPage(try await pools.posts.page(at: .offset(0), for: nil, limit: 11), limit: 10)
                }.posts.map(\.id)
            }
            let kept = try await pools.publish("Hello", by: bob)
            var post = try await pools.publish("Hello", by: ada)
            /// - Parameter write: The statement of a process that dies behind its commit.
            func expectRepair(
                _ what: String, _ write: () async throws -> Void, _ expected: [PostID]?
            ) async throws {
                try await pools.runAll()
                try await eventually("the page is cached", within: 60) {
                    let hits = cache.metrics.hits.value
                    _ = try await page()
                    return cache.metrics.hits.value > hits
                }
                let before = try await page()
                try await write()
                #expect(try await page() == before, "\(what): nothing has renewed the cache")
                try await pools.runAll()
                if let expected { #expect(try await page() == expected, "\(what)") }
            }
            try await expectRepair("private", { try await pools.setPrivate(true, ada) }, [kept])
            try await expectRepair("not private", { try await pools.setPrivate(false, ada) }, [post, kept])
            try await expectRepair(
                "followers", { try await pools.edit(post, visibility: .followers, by: ada) }, [kept])
            try await expectRepair(
                "everyone", { try await pools.edit(post, visibility: .everyone, by: ada) }, [post, kept])
            try await expectRepair(
                "closed", { _ = try await pools.accounts.deactivate(ada) }, [kept])
            try await expectRepair(
                "active", { _ = try await pools.accounts.activate(ada) }, [post, kept])
            try await expectRepair(
                "deleted", { _ = try await pools.posts.delete(post, by: ada) }, [kept])
            try await expectRepair(
                "new",
                {
                    post = try await pools.publish("Again", by: ada)
                    try await pools.enqueue(PushToTimelines(.posts, by: ada, entry: post.identifier))
                }, nil)
            #expect(try await page() == [post, kept])
        }
    }

    @Test func `writes that strangers do not see enqueue no job`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            try await pools.setPrivate(true, ada)
            let hidden = try await pools.publish("Hello", visibility: .followers, by: ada)
            try await pools.edit(hidden, "Hello again", visibility: .author, by: ada)
            _ = try await pools.posts.delete(hidden, by: ada)
            try await pools.setPrivate(false, ada)
            let post = try await pools.publish("Hello", by: ada)
            try await pools.like(post, by: bob)
            _ = try await pools.comment(at: .post(post), by: bob)
            try await pools.edit(post, "Hello", by: ada)
            _ = try await pools.context.database.write(
                Statement("test_bio", "UPDATE profiles SET bio = 'Hello' WHERE user_id = $1"), [.id(ada)])
            #expect(try await pools.waiting(RenewPublicPosts.kind).isEmpty)
            try await pools.edit(post, "Hello again", by: ada)
            #expect(try await pools.waiting(RenewPublicPosts.kind).count == 1)
            // All posts of a deleted account are hidden since it was closed.
            _ = try await pools.context.database.write(
                Statement("test_close", "SELECT close_account($1, '[]'::jsonb)"), [.id(ada)])
            #expect(try await pools.waiting(RenewPublicPosts.kind).count == 2)
            while try await pools.posts.removeSome(of: ada) > 0 {}
            #expect(try await pools.waiting(RenewPublicPosts.kind).count == 2)
        }
    }
}

extension PoolHarness {
    fileprivate func setPrivate(_ isPrivate: Bool, _ user: UserID) async throws {
        _ = try await context.database.write(
            Statement("test_private", "UPDATE profiles SET is_private = $2 WHERE user_id = $1"),
            [.id(user), .boolean(isPrivate)])
    }
}
