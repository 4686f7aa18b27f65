import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-119: the notification of a message ends with it.
@Suite("Notifications of messages", .database)
struct MessageNoticeTests {
    @Test(arguments: [true, false])
    func `go when the sender deletes it, or the receiver removes it`(isDeleted: Bool) async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let messages = MessageStore(pools.context.database)
            let first = try #require(try await pools.write("first", from: ada, to: bob))
            let second = try #require(try await pools.write("second", from: ada, to: bob))
            try await pools.runNotices()
            #expect(try await pools.kinds(bob) == [.newMessage, .newMessage])
            let remover = isDeleted ? ada : bob
            #expect(try await messages.remove(first, forBoth: isDeleted, by: remover) == nil)
            #expect(try await pools.inbox(bob).map(\.entity) == [second.identifier])
            // Neither is what waits pushed or mailed.
            #expect(try await messages.remove(second, forBoth: isDeleted, by: remover) == nil)
            try await pools.runAll()
            #expect(pools.mailbox.mail(to: "bob@b.example").isEmpty)
            // A job that runs late finds nothing to notify.
            let third = try #require(try await pools.write("third", from: ada, to: bob))
            #expect(try await messages.remove(third, forBoth: isDeleted, by: remover) == nil)
            try await pools.runNotices()
            #expect(try await pools.inbox(bob).isEmpty)
        }
    }

    @Test func `are not made of a blocked sender's, also not after the block (X-12)`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let blocks = BlockStore(pools.context.database)
            _ = try #require(try await pools.write("before", from: ada, to: bob))
            try await pools.runNotices()
            _ = try await blocks.block(ada, by: bob)
            #expect(try await pools.kinds(bob).isEmpty)
            let unheard = try #require(try await pools.write("unheard", from: ada, to: bob))
            #expect(try await pools.inline.enqueued(Notify.self).isEmpty)
            _ = try await blocks.unblock(ada, by: bob)
            try await pools.run(Notify(.newMessage, to: bob, by: ada, entity: unheard.identifier))
            #expect(try await pools.kinds(bob) == [.newMessage])
        }
    }

    @Test func `messages of an earlier version are found when the job has indexed them`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let messages = MessageStore(pools.context.database)
            for number in 1...120 { _ = try await pools.write("guitar \(number)", from: ada, to: bob) }
            _ = try await pools.context.database.write(Statement("test_forget_words", "DELETE FROM message_search"))
            #expect(try await messages.search(PostQuery("guitars"), of: bob, before: nil, limit: 200).isEmpty)
            try await pools.run(IndexMessages())
            #expect(try await messages.search(PostQuery("guitars"), of: bob, before: nil, limit: 200).count == 120)
        }
    }
}

extension PoolHarness {
    /// Writes a message to a user who need not be a friend.
    fileprivate func write(_ text: String, from sender: UserID, to receiver: UserID) async throws -> MessageID? {
        let id = Self.id(MessageID.self)
        let notice = try context.producer.outboxJob(
            Notify(.newMessage, to: receiver, by: sender, entity: id.identifier), trace: nil)
        let outcome = try await MessageStore(context.database).send(
            NewMessage(
                from: sender, to: receiver, text, needsFriendship: false, in: Self.id(ConversationID.self),
                enqueuing: notice))
        return if case .sent(let message, _) = outcome { message.id } else { nil }
    }
}
