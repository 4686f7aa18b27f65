import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct CommentTests {
    // S2-30, S2-43, S2-103, S2-105, S2-106, S2-169
    @Test func `replies nest at any depth, and go with the comment that they answer`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let post = try await features.publish("Hello", by: ada)
            let first = try await features.posts.writeComments.comment(on: post.id, "One", by: bob)
            var last = first
            for depth in 2...5 {
                last = try await features.posts.writeComments.reply(to: last.id, "\(depth)", by: ada)
                #expect(last.post == post.id && last.parent != nil)
            }
            _ = try await features.posts.writeComments.comment(on: post.id, "Other", by: ada)
            let page = try await features.comments(of: post.id, for: bob)
            #expect(page.comments.map(\.content) == ["Other", "5", "4", "3", "2", "One"] && page.total == 6)
            try await features.posts.writeComments.delete(first.id, by: bob)
            #expect(try await features.comments(of: post.id, for: bob).comments.map(\.content) == ["Other"])
            #expect(try await features.posts.read.post(post.id, for: nil).commentsCount == 1)
            await expect(.commentNotFound, .notFound) {
                try await features.posts.writeComments.reply(to: last.id, "Late", by: ada)
            }
        }
    }

    // S2-104, S2-105
    @Test func `its author changes a comment; the post's author and moderators may delete it too`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let write = features.posts.writeComments
            let post = try await features.publish("Hello", by: ada)
            let comment = try await write.comment(on: post.id, "One", by: bob)
            await expect(.commentNotYours, .forbidden) { try await write.update(comment.id, "Two", by: ada) }
            #expect(try await write.update(comment.id, "Two", by: bob).content == "Two")
            await expect(.commentNotYours, .forbidden) { try await write.delete(comment.id, by: eve) }
            try await write.delete(comment.id, by: ada)
            let second = try await write.comment(on: post.id, "Three", by: bob)
            _ = try await features.database.write(
                Statement("test_moderator", "UPDATE accounts SET role = 'MODERATOR' WHERE id = $1"), [.id(eve.user)])
            try await write.delete(second.id, by: eve)
            #expect(try await features.comments(of: post.id, for: nil).total == 0)
        }
    }

    // S2-91, S2-107
    @Test func `nobody comments on a post that they do not see, or sees comments of a hidden user`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob, eve) = (
                try await features.user("ada"), try await features.user("bob"), try await features.user("eve")
            )
            let write = features.posts.writeComments
            let secret = try await features.publish("Secret", visibility: .author, by: ada)
            await expect(.postNotFound, .notFound) { try await write.comment(on: secret.id, "x", by: bob) }
            let post = try await features.publish("Hello", by: ada)
            let comment = try await write.comment(on: post.id, "From Bob", by: bob)
            try await features.friends.blocks.block(bob.user, by: eve)
            #expect(try await features.comments(of: post.id, for: eve).comments.isEmpty)
            await expect(.commentNotFound, .notFound) { try await write.reply(to: comment.id, "x", by: eve) }
            await expect(.commentNotFound, .notFound) { try await write.delete(comment.id, by: eve) }
            #expect(try await features.comments(of: post.id, for: ada).comments.count == 1)
        }
    }

    // S2-100, S2-167
    @Test func `counters equal rows after comments, deletions and closed accounts at the same time`() async throws {
        try await FeatureHarness.openParallel(4) { processes in
            let features = processes[0]
            var users: [Caller] = []
            for index in 0..<4 { users.append(try await features.user("user-\(index)")) }
            var posts: [PostID] = []
            for user in users { posts.append(try await features.publish("Hello", by: user).id) }
            let (everybody, all) = (users, posts)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        let write = processes[worker % 4].posts.writeComments
                        var random = SeededRandom(UInt64(worker) + 1)
                        var own: [CommentID] = []
                        let user = everybody[worker % 4]
                        for _ in 0..<40 {
                            let post = all[Int.random(in: 0..<all.count, using: &random)]
                            do throws(DomainError) {
                                switch Int.random(in: 0..<4, using: &random) {
                                case 0:
                                    try await write.delete(
                                        own.randomElement(using: &random) ?? CommentID(unixMilliseconds: 0), by: user)
                                case 1 where !own.isEmpty:
                                    own.append(try await write.reply(to: own[own.count / 2], "Reply", by: user).id)
                                default: own.append(try await write.comment(on: post, "Comment", by: user).id)
                                }
                            } catch {
                                #expect(error.code == .commentNotFound, "\(error)")
                            }
                        }
                    }
                }
                group.addTask {
                    let store = CommentStore(processes[3].database)
                    for _ in 0..<5 { _ = try await store.removeSome(of: everybody[0].user) }
                }
                try await group.waitForAll()
            }
            let store = CommentStore(features.database)
            while try await store.removeSome(of: users[0].user) > 0 {}
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }
}

extension FeatureHarness {
    fileprivate func comments(of post: PostID, for viewer: Caller?) async throws(DomainError) -> CommentPage {
        try await posts.readComments(
            of: post, Page(number: nil, limit: nil, defaultLimit: 50, maximumLimit: 50), after: nil, for: viewer?.user)
    }
}
