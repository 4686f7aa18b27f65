import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// X-33, S2-84: the cached pages of posts, and what others write at another process.
@Suite(.database) struct PublicPostsTests {
    // S2-81, S2-82
    @Test func `strangers see every write at once, and pages from the cache in between`() async throws {
        try await FeatureHarness.openParallel(2) { processes in
            let (features, other) = (processes[0], processes[1])
            await features.redis.connected()
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            _ = try await features.publish("by Bob", by: bob)
            let post = try await features.publish("Hello", by: ada)
            /// The page as two processes and PostgreSQL have it, when both have it in the cache.
            func expect(_ contents: [String], _ what: String) async throws {
                for process in [other, features] {
                    #expect(try await process.publicPage().map(\.content) == contents, "\(what)")
                }
                try await other.expectCachedPage()
            }
            try await expect(["Hello", "by Bob"], "a new post")

            var changes = PostChanges()
            changes.content = "Hello again"
            _ = try await features.posts.write.update(post.id, changes, by: ada)
            try await expect(["Hello again", "by Bob"], "a changed post")
            for visibility in [PostVisibility.followers, .everyone, .author, .everyone] {
                changes = PostChanges()
                changes.visibility = visibility
                _ = try await features.posts.write.update(post.id, changes, by: ada)
                try await expect(
                    visibility == .everyone ? ["Hello again", "by Bob"] : ["by Bob"], "\(visibility)")
            }
            for isPrivate in [true, false] {
                var changes = ProfileChanges()
                changes.isPrivate = isPrivate
                _ = try await features.profiles.update(changes, of: ada.user, by: ada)
                try await expect(isPrivate ? ["by Bob"] : ["Hello again", "by Bob"], "a private profile")
            }
            var names = AccountChanges()
            names.username = try Username("lovelace")
            names.firstName = .some("Ada")
            names.avatar = .some(.external("https://pictures.example/ada.png"))
            _ = try await features.accounts.account.update(names, by: ada)
            let author = try #require(try await other.publicPage().first?.author)
            #expect(author.username == "lovelace" && author.firstName == "Ada")
            #expect(author.avatar == .external("https://pictures.example/ada.png"))

            _ = try await features.database.write(
                Statement("test_admin", "UPDATE accounts SET role = 'ADMIN' WHERE id = $1"), [.id(bob.user)])
            for isActive in [false, true] {
                _ = try await features.accounts.administration.setActive(isActive, of: ada.user, by: bob)
                try await expect(isActive ? ["Hello again", "by Bob"] : ["by Bob"], "a closed account")
            }
            try await features.posts.write.delete(post.id, by: ada)
            try await expect(["by Bob"], "a deleted post")
            try await features.accounts.account.delete(by: bob)
            try await expect([], "a deleted account")
        }
    }

    @Test func `a page from the cache is the page that PostgreSQL has`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            var names = AccountChanges()
            (names.firstName, names.lastName) = (.some("Ада"), .some("\"Lovelace\""))
            _ = try await features.accounts.account.update(names, by: ada)
            for number in 1...11 {
                _ = try await features.posts.write.publish(
                    PostDraft(
                        content: "№ \(number) 🎸", mediaURLs: ["https://pictures.example/\(number).png"],
                        mediaType: number.isMultiple(of: 2) ? .image : nil, visibility: .everyone),
                    by: number == 11 ? bob : ada)
            }
            let page = try Page.first(10)
            let built = try await features.posts.read.all(page, after: nil, for: nil)
            try await features.expectCachedPage()
            let cached = try await features.posts.read.all(page, after: nil, for: nil)
            // A cursor is answered by PostgreSQL.
            let newest = PostID(Identifier(high: .max, low: .max))
            let read = try await features.posts.read.all(page, after: newest, for: nil)
            for other in [built, cached] {
                #expect("\(other)" == "\(read)")
            }
            #expect(cached.next == cached.posts.last?.id && cached.posts.count == 10)
        }
    }

    @Test func `a list is answered while Redis is silent, with what was written meanwhile`() async throws {
        let server = try await RedisServer()
        try await FeatureHarness.open(redisAt: server.port) { features in
            let ada = try await features.user("ada")
            _ = try await features.publish("1", by: ada)
            try await features.expectCachedPage()
            server.suspend()
            _ = try await features.publish("2", by: ada)
            for _ in 0..<10 { #expect(try await features.publicPage().map(\.content) == ["2", "1"]) }
            server.resume()
            for _ in 0..<10 { #expect(try await features.publicPage().map(\.content) == ["2", "1"]) }
            await server.kill()
            _ = try await features.publish("3", by: ada)
            for _ in 0..<3 { #expect(try await features.publicPage().map(\.content) == ["3", "2", "1"]) }
        }
    }

    @Test func `strangers do not choose how many pages are cached`() throws {
        var names: Set<String> = []
        for number in 1...100 {
            for limit in 1...100 {
                let page = try Page(number: "\(number)", limit: "\(limit)", defaultLimit: 10, maximumLimit: 100)
                if let name = PublicPostPage.name(of: page) { names.insert(name) }
            }
        }
        #expect(names.count == 80)
    }
}

extension FeatureHarness {
    /// The newest posts as a reader without a login sees them.
    func publicPage() async throws -> [UserPost] {
        try await posts.read.all(try .first(10), after: nil, for: nil).posts
    }

    /// Reads until the page comes from the cache.
    func expectCachedPage() async throws {
        let hits = posts.read.publicPosts.metrics.hits
        try await eventually("the page is cached", within: 60) {
            let before = hits.value
            _ = try await publicPage()
            return hits.value > before
        }
    }
}
