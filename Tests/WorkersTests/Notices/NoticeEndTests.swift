import Domain
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-168: a notification is gone when its cause is, unread or read; nothing about it is pushed or mailed.
@Suite("Notifications without a cause", .database)
struct NoticeEndTests {
    @Test func `a like that ended is not shown, and shown again without another push`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish(by: ada)
            for _ in 0..<5 {
                try await pools.like(post, by: bob)
                try await pools.runNotices()
                #expect(try await pools.kinds(ada) == [.postLiked])
                try await pools.unlike(post, by: bob)
                #expect(try await pools.kinds(ada).isEmpty)
            }
            #expect(try await pools.inline.enqueued(SendPush.self).count == 1)
            // One that ends before its job runs is never notified.
            try await pools.like(post, by: try await pools.register("eve"))
            try await pools.unlike(post, by: pools.user("eve"))
            try await pools.runNotices()
            #expect(try await pools.inline.enqueued(SendPush.self).count == 1)
            #expect(try await pools.inboxRows() == 1)
        }
    }

    @Test func `what waits is neither pushed nor mailed`() async throws {
        let hook = try await WebHook.start()
        try await PoolHarness.open(["PUSH_WEBHOOK_URL": "\(hook.url)/push"]) { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            try await pools.choose(ada) { $0[.likes].methods = [.push, .email] }
            let (post, kept) = (try await pools.publish(by: ada), try await pools.publish(by: ada))
            let comment = try await pools.comment(at: .post(kept), by: bob)
            for post in [post, kept] { try await pools.like(post, by: bob) }
            try await pools.follow(ada, by: bob)
            let own = try await pools.comment(at: .post(kept), by: ada)
            let reply = try await pools.comment("@ada", at: .reply(to: own), by: bob)
            try await pools.runNotices()
            #expect(try await pools.kinds(ada).count == 5)
            _ = try await pools.posts.delete(post, by: ada)
            _ = try await pools.comments.delete(own, by: ada)
            _ = try await pools.comments.delete(comment, by: bob)
            try await pools.unfollow(ada, by: bob)
            #expect(try await pools.kinds(ada) == [.postLiked])
            #expect(reply != comment)
            try await pools.runAll()
            let pushes = try await hook.kept().compactMap { $0["body"].text }
            #expect(pushes.count == 1 && pushes[0].contains("bob liked your post"), "\(pushes)")
            let mails = pools.mailbox.decodedMail(to: "ada@b.example", "You have 1 new notification on SocialPlay")
            #expect(mails.count == 1 && mails[0].text.contains("• bob liked your post"))
            #expect(pools.mailbox.mail(to: "ada@b.example").count == 1)
        }
    }

    @Test func `a post that the receiver no longer sees hides replies and mentions`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let eve = try await pools.register("eve")
            let post = try await pools.publish("@bob", by: ada)
            let comment = try await pools.comment(at: .post(post), by: bob)
            _ = try await pools.comment(at: .reply(to: comment), by: eve)
            try await pools.runNotices()
            let all: [NotificationKind] = [.commentReplied, .postMentioned]
            #expect(try await Set(pools.kinds(bob)) == Set(all))
            // Only followers, then the author alone.
            try await pools.edit(post, visibility: .followers, by: ada)
            #expect(try await pools.kinds(bob).isEmpty)
            try await pools.follow(ada, by: bob)
            #expect(try await Set(pools.kinds(bob)) == Set(all))
            try await pools.unfollow(ada, by: bob)
            #expect(try await pools.kinds(bob).isEmpty)
            try await pools.edit(post, visibility: .everyone, by: ada)
            #expect(try await pools.kinds(bob).count == 2)
            // A block in either direction hides what each did, and the post.
            try await pools.block(ada, by: bob)
            #expect(try await pools.kinds(bob).isEmpty)
            #expect(try await !pools.kinds(ada).contains(.userFollowed))
            _ = try await BlockStore(pools.context.database).unblock(ada, by: bob)
            _ = try await pools.accounts.deactivate(eve)
            #expect(try await pools.kinds(bob) == [.postMentioned])
        }
    }

    // S2-167
    @Test func `a deleted account leaves no notification of what it did`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish(by: ada)
            try await pools.like(post, by: bob)
            let comment = try await pools.comment("@ada", at: .post(post), by: bob)
            _ = try await pools.comment("@bob", at: .reply(to: comment), by: ada)
            _ = try await pools.publish("@ada", by: bob)
            _ = try await pools.publish("@bob", by: ada)
            try await pools.follow(ada, by: bob)
            try await pools.follow(bob, by: ada)
            try await pools.runNotices()
            #expect(try await pools.inboxRows() == 7)
            let job = try pools.context.producer.outboxJob(DeleteAccount(account: bob), trace: nil)
            _ = try await pools.accounts.delete(bob, enqueuing: job)
            #expect(try await pools.kinds(ada).isEmpty)
            try await pools.runAll()
            #expect(try await pools.inboxRows() == 0)
            #expect(try await pools.count(Statement("test_mentions", "SELECT count(*) FROM mentions")) == 0)
        }
    }

    @Test func `an export has what the inbox has`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let (post, other) = (try await pools.publish(by: ada), try await pools.publish(by: ada))
            for post in [post, other] { try await pools.like(post, by: bob) }
            try await pools.runNotices()
            try await pools.unlike(other, by: bob)
            let summary = try #require(try await AccountExports(pools.context.database).summary(of: ada))
            let document = try JSONDecoder().decode(ProductJSON.self, from: Data(summary))
            let notifications = document["notifications"].array ?? []
            #expect(notifications.map { $0["kind"].text } == ["post_liked"])
            #expect(notifications.first?["entity_id"].text == post.description)
        }
    }
}

extension PoolHarness {
    /// How many rows inboxes have, hidden ones included.
    func inboxRows() async throws -> Int {
        try await count(Statement("test_notifications", "SELECT count(*) FROM notifications"))
    }

    fileprivate func user(_ name: String) async throws -> UserID {
        var row = try await context.database.read(
            Statement("test_user_id", "SELECT id FROM accounts WHERE username = $1"), [.text(name)])[0]
        return try row.id(UserID.self)
    }
}
