import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-97, S2-103, S2-106, S2-112: likes, comments, replies and follows become notifications.
@Suite("Notifications of posts and follows", .database)
struct NoticeTests {
    @Test func `each kind has its entity, text and methods`() async throws {
        let hook = try await WebHook.start()
        try await PoolHarness.open(["PUSH_WEBHOOK_URL": "\(hook.url)/push"]) { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let eve = try await pools.register("eve", language: .russian)
            let post = try await pools.publish(by: ada)
            try await pools.like(post, by: bob)
            let comment = try await pools.comment(at: .post(post), by: bob)
            let reply = try await pools.comment(at: .reply(to: comment), by: eve)
            try await pools.follow(ada, by: bob)
            try await pools.follow(eve, by: ada)
            try await pools.runAll()
            let inbox = try await pools.inbox(ada)
            let entities = Dictionary(grouping: inbox, by: \.kind).mapValues { $0.map(\.entity) }
            #expect(entities[.postLiked] == [post.identifier] && entities[.userFollowed] == [bob.identifier])
            #expect(Set(entities[.postCommented] ?? []) == [comment.identifier, reply.identifier])
            #expect(inbox.count == 4 && inbox.allSatisfy { $0.actor == bob || $0.actor == eve })
            #expect(try await pools.inbox(bob).map(\.entity) == [reply.identifier])
            let pushes = try await hook.kept().compactMap { $0["body"].text }
            for title in [
                "bob liked your post", "bob commented on your post", "bob started following you",
                "eve replied to your comment", "ada теперь среди ваших подписчиков",
            ] {
                #expect(pushes.contains { $0.contains(#""title":"\#(title)""#) }, "\(title)")
            }
            // Likes and follows are not mailed.
            let mails = ["1 new notification", "2 new notifications"].flatMap {
                pools.mailbox.decodedMail(to: "ada@b.example", "You have \($0) on SocialPlay")
            }
            #expect(mails.count == pools.mailbox.mail(to: "ada@b.example").count)
            let text = mails.map(\.text).joined()
            #expect(text.contains("• bob commented on your post") && text.contains("• eve commented on your post"))
            #expect(!text.contains("liked") && !text.contains("following"))
            #expect(pools.mailbox.mail(to: "eve@b.example").isEmpty)
        }
    }

    @Test func `a post that a thousand users like is pushed once until its author reads it`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let (post, other) = (try await pools.publish(by: ada), try await pools.publish(by: ada))
            for number in 0..<30 {
                try await pools.like(post, by: try await pools.register("user\(number)"))
            }
            try await pools.runNotices()
            #expect(try await pools.kinds(ada).count == 30)
            #expect(try await pools.inline.enqueued(SendPush.self).count == 1)
            // Another post, another kind, and the same when the others were read.
            let bob = try await pools.register("bob")
            try await pools.like(other, by: bob)
            _ = try await pools.comment(at: .post(post), by: bob)
            _ = try await pools.comment(at: .post(post), by: bob)
            try await pools.runNotices()
            #expect(try await pools.inline.enqueued(SendPush.self).count == 3)
            try await NotificationStore(pools.context.database).readAll(by: ada)
            for name in ["eve", "ivy"] { try await pools.like(post, by: try await pools.register(name)) }
            try await pools.runNotices()
            #expect(try await pools.inline.enqueued(SendPush.self).count == 4)
        }
    }

    @Test func `a like that ended does not keep the next one from being pushed`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish(by: ada)
            try await pools.like(post, by: bob)
            try await pools.runNotices()
            try await pools.unlike(post, by: bob)
            try await pools.like(post, by: try await pools.register("eve"))
            try await pools.runNotices()
            #expect(try await pools.kinds(ada) == [.postLiked])
            #expect(try await pools.inline.enqueued(SendPush.self).count == 2)
        }
    }

    @Test func `preferences turn each off, and comments cover replies`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            try await pools.choose(ada) {
                for setting in [NotificationPreferences.Setting.likes, .comments, .follows, .mentions] {
                    $0[setting].enabled = false
                }
            }
            let post = try await pools.publish(by: ada)
            let comment = try await pools.comment(at: .post(post), by: ada)
            try await pools.like(post, by: bob)
            _ = try await pools.comment("@ada", at: .post(post), by: bob)
            _ = try await pools.comment(at: .reply(to: comment), by: bob)
            _ = try await pools.publish("@ada", by: bob)
            try await pools.follow(ada, by: bob)
            try await pools.runNotices()
            #expect(try await pools.kinds(ada).isEmpty)
        }
    }

    @Test func `five comments are mailed within an hour`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish(by: ada)
            for _ in 0..<7 {
                _ = try await pools.comment(at: .post(post), by: bob)
                try await pools.runAll()
            }
            #expect(pools.mailbox.mail(to: "ada@b.example").count == 5)
            #expect(try await pools.kinds(ada).count == 7)
        }
    }
}

extension PoolHarness {
    /// Runs the jobs that create notifications: what they enqueue stays.
    func runNotices() async throws {
        let kinds = [NotifyMentions.kind, Notify.kind]
        try await inline.runAll(try handlers().filter { kinds.contains($0.kind) })
    }
}
