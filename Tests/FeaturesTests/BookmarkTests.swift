import Domain
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct BookmarkTests {
    @Test func `bookmarks are the user's own, the last first, and show what the user still sees`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let bookmark = features.posts.bookmark
            var posts: [PostID] = []
            for number in 0..<4 { posts.append(try await features.publish("\(number)", by: ada).id) }
            for post in [posts[2], posts[0], posts[3], posts[1]] { try await bookmark.add(post, by: bob) }
            await expect(.postAlreadyBookmarked, .conflict) { try await bookmark.add(posts[0], by: bob) }
            #expect(try await features.bookmarks(of: bob) == [posts[1], posts[3], posts[0], posts[2]])
            #expect(try await features.bookmarks(of: ada) == [])

            // One is deleted, one hidden, one shown again.
            try await features.posts.write.delete(posts[3], by: ada)
            var changes = PostChanges()
            changes.visibility = .author
            _ = try await features.posts.write.update(posts[1], changes, by: ada)
            #expect(try await features.bookmarks(of: bob) == [posts[0], posts[2]])
            try await bookmark.remove(posts[1], by: bob)
            await expect(.postNotFound, .notFound) { try await bookmark.remove(posts[1], by: bob) }
            await expect(.postNotFound, .notFound) { try await bookmark.add(posts[1], by: bob) }
            try await features.friends.blocks.block(bob.user, by: ada)
            #expect(try await features.bookmarks(of: bob) == [])
            try await features.friends.blocks.unblock(bob.user, by: ada)
            #expect(try await features.bookmarks(of: bob) == [posts[0], posts[2]])
            try await bookmark.remove(posts[0], by: bob)
            await expect(.postNotBookmarked, .conflict) { try await bookmark.remove(posts[0], by: bob) }
        }
    }

    //
    @Test func `pages of bookmarks continue behind the last one`() async throws {
        try await FeatureHarness.open { features in
            let ada = try await features.user("ada")
            var posts: [PostID] = []
            for number in 0..<5 {
                posts.append(try await features.publish("\(number)", by: ada).id)
                try await features.posts.bookmark.add(posts[number], by: ada)
            }
            let first = try await features.posts.bookmark.list(after: nil, limit: 3, by: ada)
            #expect(first.entries.map(\.post.id) == [posts[4], posts[3], posts[2]])
            let second = try await features.posts.bookmark.list(after: first.next, limit: 2, by: ada)
            #expect(second.entries.map(\.post.id) == [posts[1], posts[0]] && second.next == nil)
        }
    }

    @Test func `a post says to its reader alone whether it is bookmarked`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            try await features.posts.bookmark.add(post.id, by: bob)
            #expect(try await features.posts.read.post(post.id, for: bob.user).isBookmarked == true)
            #expect(try await features.posts.read.post(post.id, for: ada.user).isBookmarked == false)
            #expect(try await features.posts.read.post(post.id, for: nil).isBookmarked == nil)
        }
    }
}

extension FeatureHarness {
    fileprivate func bookmarks(of user: Caller) async throws(DomainError) -> [PostID] {
        try await posts.bookmark.list(after: nil, limit: 100, by: user).entries.map(\.post.id)
    }
}
