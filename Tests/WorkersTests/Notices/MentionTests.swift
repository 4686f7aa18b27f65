import Domain
import Jobs
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-101: who is notified of a mention.
@Suite("Mentions in posts and comments", .database)
struct MentionTests {
    @Test func `notify users who see the post, once, and not its author`() async throws {
        try await PoolHarness.open { pools in
            let ada = try await pools.register("ada")
            let (bob, dot) = (try await pools.register("Bob"), try await pools.register("bob."))
            let (eve, ivy) = (try await pools.register("eve"), try await pools.register("ivy"))
            try await pools.block(eve, by: ada)
            try await pools.follow(ada, by: ivy)
            let text = "@BOB @bob, (@ada) @eve @unknown @ivy"
            let post = try await pools.publish(text, by: ada)
            _ = try await pools.publish(text, visibility: .followers, by: ada)
            _ = try await pools.publish("I met @bob.", by: ada)
            _ = try await pools.publish(text, visibility: .author, by: ada)
            try await pools.runNotices()
            let inbox = try await pools.inbox(bob)
            #expect(inbox.map(\.kind) == [.postMentioned] && inbox[0].entity == post.identifier)
            #expect(inbox[0].actor == ada)
            #expect(try await pools.kinds(dot) == [.postMentioned])
            #expect(try await pools.kinds(ivy) == [.postMentioned, .postMentioned])
            #expect(try await pools.kinds(eve).isEmpty)
            #expect(try await pools.kinds(ada) == [.userFollowed])
        }
    }

    @Test func `in a comment do not notify again who is notified of it anyway`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let eve = try await pools.register("eve")
            let post = try await pools.publish(by: ada)
            let comment = try await pools.comment(at: .post(post), by: bob)
            let reply = try await pools.comment("@ada @bob @eve", at: .reply(to: comment), by: eve)
            let answer = try await pools.comment("@eve", at: .post(post), by: bob)
            try await pools.runNotices()
            #expect(try await pools.kinds(ada) == [.postCommented, .postCommented, .postCommented])
            #expect(try await pools.kinds(bob) == [.commentReplied])
            let inbox = try await pools.inbox(eve)
            #expect(inbox.map(\.kind) == [.commentMentioned] && inbox[0].entity == answer.identifier)
            #expect(reply != answer)
        }
    }

    @Test func `an edit notifies new ones, and what it removes is hidden until it is back`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let eve = try await pools.register("eve")
            let post = try await pools.publish("@bob", by: ada)
            let comment = try await pools.comment("@bob", at: .post(post), by: ada)
            try await pools.runNotices()
            let pushes = try await pools.inline.enqueued(SendPush.self).count
            #expect(try await pools.kinds(bob).count == 2)
            try await pools.edit(post, "@bob and @eve", by: ada)
            try await pools.editComment(comment, "@bob and @eve", by: ada)
            try await pools.runNotices()
            #expect(try await pools.kinds(bob).count == 2)
            #expect(try await Set(pools.kinds(eve)) == [.postMentioned, .commentMentioned])
            try await pools.edit(post, "Hello", by: ada)
            try await pools.editComment(comment, "Hello", by: ada)
            try await pools.runNotices()
            #expect(try await pools.kinds(bob).isEmpty)
            #expect(try await pools.kinds(eve).isEmpty)
            try await pools.edit(post, "@bob", by: ada)
            try await pools.runNotices()
            #expect(try await pools.kinds(bob) == [.postMentioned])
            #expect(try await pools.inline.enqueued(SendPush.self).count == pushes + 2)
        }
    }

    @Test func `who sees the post later is notified then`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish("@bob", visibility: .author, by: ada)
            try await pools.runNotices()
            #expect(try await pools.kinds(bob).isEmpty)
            try await pools.edit(post, visibility: .everyone, by: ada)
            try await pools.runNotices()
            #expect(try await pools.kinds(bob) == [.postMentioned])
        }
    }

    @Test func `a text that was changed meanwhile is left to the job of the change`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish("Hello", by: ada)
            try await pools.runNotices()
            let mentions = MentionStore(pools.context.database)
            let (job, notice) = (
                try pools.context.producer.outboxJob(NotifyMentions(in: post), trace: nil),
                try pools.context.producer.outboxJob(
                    Notify(.postMentioned, to: bob, by: ada, entity: post.identifier), trace: nil)
            )
            _ = try await Outbox(pools.context.database).add([job])
            let added = try await mentions.set(
                post.identifier, "@bob", enqueuing: [bob: notice], keeping: [], finishing: job.id)
            #expect(added.isEmpty)
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }
}
