import Domain
import Jobs
import Redis
import Storage
import TestSupport
import Testing

@testable import Features

@Suite(.database) struct MessageTests {
    @Test func `a message is delivered when its receiver reads the history, and read when it is marked`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let sent = try await features.send("Привет! 👩‍👩‍👧", from: ada, to: bob)
            #expect(sent.content == "Привет! 👩‍👩‍👧" && sent.deliveredAt == nil && sent.readAt == nil)
            let conversation = try #require(
                try await features.messages.read.conversations(.first(), by: bob).first)
            #expect(conversation.other.id == ada.user && conversation.unreadCount == 1)
            #expect(conversation.lastMessage.id == sent.id)
            let read = features.messages.read
            #expect(
                try await read.history(with: ada.user, before: nil, .first(), by: bob).messages.map(\.id) == [sent.id])
            for _ in 0..<2 { try await features.messages.read.markRead(sent.id, by: bob) }
            let message = try #require(
                try await read.history(with: bob.user, before: nil, .first(), by: ada).messages.first)
            #expect(message.deliveredAt != nil && message.readAt != nil)
            #expect(try await features.messages.read.conversations(.first(), by: bob).first?.unreadCount == 0)
            #expect(
                try await features.jobs.enqueued(Notify.self).last
                    == Notify(.newMessage, to: bob.user, by: ada.user, entity: sent.id.identifier))
        }
    }

    @Test func `a message that cannot be sent is refused with its code`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let stranger = try await features.user("stranger")
            await expect(.messageToNonFriend, .forbidden) { try await features.send("x", from: ada, to: stranger) }
            await expect(.messageToYourself, .invalid) { try await features.send("x", from: ada, to: ada) }
            await expect(.userNotFound, .notFound) {
                try await features.messages.send(
                    MessageDraft(
                        to: FeatureHarness.id(), content: MessageText("x"), idempotencyKey: nil,
                        requiresFriendship: true), by: ada)
            }
            for content in [
                "", "   ", "\n\t", "\u{200B}\u{200B}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{3164}", "\u{2800}",
            ] {
                await expect(.messageEmpty) { try await features.send(content, from: ada, to: bob) }
            }
            await expect(.messageNotText) { try await features.send("a\u{0}b", from: ada, to: bob) }
            _ = try await features.send(String(repeating: "👩‍👩‍👧‍👦", count: 2_000), from: ada, to: bob)
            await expect(.messageTooLong) {
                try await features.send(String(repeating: "👩‍👩‍👧‍👦", count: 2_001), from: ada, to: bob)
            }
        }
    }

    @Test func `a policy without friendship lets strangers write, and a blocked one unheard (X-12)`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = (try await features.user("ada"), try await features.user("bob"))
            let draft = MessageDraft(
                to: bob.user, content: try MessageText("Hello"), idempotencyKey: nil, requiresFriendship: false)
            _ = try await features.messages.send(draft, by: ada)
            try await features.friends.blocks.block(ada.user, by: bob)
            let unheard = try await features.messages.send(draft, by: ada)
            #expect(try await features.jobs.enqueued(Notify.self).map(\.entity) != [unheard.id.identifier])
            await expect(.messageToNonFriend) {
                try await features.messages.send(
                    MessageDraft(
                        to: ada.user, content: try MessageText("x"), idempotencyKey: nil, requiresFriendship: false),
                    by: bob)
            }
        }
    }

    @Test func `to a closed account nothing is sent, and what was stays until it is deleted`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            _ = try await features.send("Hi", from: bob, to: ada)
            try await features.accounts.account.deactivate(bob.user)
            for requiresFriendship in [true, false] {
                await expect(.userNotFound) {
                    try await features.messages.send(
                        MessageDraft(
                            to: bob.user, content: try MessageText("x"), idempotencyKey: nil,
                            requiresFriendship: requiresFriendship), by: ada)
                }
            }
            let list = try await features.messages.read.anyConversations(before: nil, limit: 9, by: ada)
            #expect(list.entries.map(\.message.content) == ["Hi"])
            #expect(try await MessageStore(features.database).removeSome(of: bob.user) == 1)
            #expect(try await features.messages.read.anyConversations(before: nil, limit: 9, by: ada).entries.isEmpty)
            #expect(try await features.messages.read.unreadCount(by: ada) == 0)
        }
    }

    @Test func `a repeated key sends one message, and another message under the key is refused`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let first = try await features.send("once", from: ada, to: bob, key: "key-1")
            #expect(try await features.send("once", from: ada, to: bob, key: "key-1").id == first.id)
            await expect(.idempotencyKeyReused, .conflict) {
                try await features.send("another", from: ada, to: bob, key: "key-1")
            }
            for key in ["", "a b", String(repeating: "k", count: 256)] {
                let error = await expect(.validationFailed) {
                    try await features.send("x", from: ada, to: bob, key: key)
                }
                #expect(error?.field == "Idempotency-Key")
            }
            #expect(try await features.messages.read.conversations(.first(), by: bob).first?.unreadCount == 1)
        }
    }

    @Test func `only the receiver marks a message, and only its two users have a history`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let third = try await features.user("third")
            let read = features.messages.read
            await expect(.conversationNotFound, .notFound) {
                try await read.history(with: bob.user, before: nil, .first(), by: ada)
            }
            let id = try await features.send("x", from: ada, to: bob).id
            await expect(.messageNotReceived, .forbidden) { try await read.markRead(id, by: ada) }
            await expect(.messageNotFound, .notFound) { try await read.markRead(id, by: third) }
            await expect(.conversationNotFound) {
                try await read.history(with: bob.user, before: nil, .first(), by: third)
            }
        }
    }

    @Test func `the copy of a job in Redis names the id that PostgreSQL made`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            let sent = try await features.send("x", from: ada, to: bob)
            let key = RedisArgument(features.redis.key("jq:{notifications}:jobs"))
            try await eventually("the job is in Redis, with the id of the message") {
                let jobs = try await features.redis.command(["HVALS", key]).array ?? []
                return jobs.contains { $0.text?.contains(#""entity":"\#(sent.id)""#) == true }
            }
        }
    }

    @Test func `a cursor continues after a message, whatever is written meanwhile`() async throws {
        try await FeatureHarness.open { features in
            let (ada, bob) = try await features.twoFriends()
            for number in 1...5 { _ = try await features.send("\(number)", from: ada, to: bob) }
            let read = features.messages.read
            let first = try await read.history(with: bob.user, before: nil, .first(2), by: ada)
            #expect(first.messages.map(\.content) == ["5", "4"] && first.total == 5)
            _ = try await features.send("6", from: bob, to: ada)
            let next = try await read.history(
                with: bob.user, before: first.messages.last?.id, .first(2), by: ada)
            #expect(next.messages.map(\.content) == ["3", "2"])
        }
    }
}

extension FeatureHarness {
    /// Sends a message that needs a friendship.
    @discardableResult
    func send(
        _ content: String, from sender: Caller, to receiver: Caller, key: String? = nil
    ) async throws -> ChatMessage {
        try await messages.send(
            MessageDraft(
                to: receiver.user, content: MessageText(content), idempotencyKey: key, requiresFriendship: true),
            by: sender)
    }
}
