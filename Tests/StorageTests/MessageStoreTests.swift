import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Messages", .database)
struct MessageStoreTests {
    private static func send(
        _ text: String, from sender: UserID, to receiver: UserID, key: RequestKey? = nil,
        needsFriendship: Bool = false, _ stores: Stores
    ) async throws -> SendOutcome {
        try await MessageStore(stores.database).send(
            NewMessage(
                from: sender, to: receiver, text, key: key, needsFriendship: needsFriendship,
                in: Stores.id(ConversationID.self), enqueuing: Stores.job()))
    }

    @Test func `a message is in the history of both, and unread until its receiver reads it`() async throws {
        try await Stores.open { stores in
            let messages = MessageStore(stores.database)
            let users = try await stores.users("ada", "bob")
            try await stores.befriend(users[0], users[1])
            guard
                case .sent(let message, isNotified: true) = try await Self.send(
                    "Hi", from: users[0], to: users[1], stores)
            else {
                Issue.record("not sent")
                return
            }
            #expect(try await messages.conversations(of: users[1], offset: 0, limit: 9).map(\.unreadCount) == [1])
            let before = try await messages.history(of: users[1], with: users[0], before: nil, offset: 0, limit: 9)
            #expect(before?.messages.map(\.content) == ["Hi"] && before?.hasUndelivered == true)
            try await messages.deliver(to: users[1], from: users[0])
            let after = try await messages.history(of: users[0], with: users[1], before: nil, offset: 0, limit: 9)
            #expect(after?.total == 1 && after?.messages[0].deliveredAt != nil)
            if case .refused(let code) = try await messages.read(message.id, by: users[0]) {
                #expect(code == .messageNotReceived)
            } else {
                Issue.record("the sender read a message")
            }
            for isNew in [true, false] {
                guard case .read(users[0], isNew) = try await messages.read(message.id, by: users[1]) else {
                    Issue.record("not read")
                    return
                }
            }
            #expect(try await messages.conversations(of: users[1], offset: 0, limit: 9).map(\.unreadCount) == [0])
            #expect(try await CounterAudit(stores.database).page(after: nil).wrong == [])
            #expect(try await messages.removeSome(of: users[0]) == 1)
        }
    }

    @Test func `a key sends a message once, and another message not at all`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            let key = RequestKey(text: "k", digest: [1])
            guard case .sent(let first, _) = try await Self.send("Hi", from: users[0], to: users[1], key: key, stores),
                case .repeated(let second) = try await Self.send("Hi", from: users[0], to: users[1], key: key, stores)
            else {
                Issue.record("not sent, or not repeated")
                return
            }
            #expect(first.id == second)
            let other = RequestKey(text: "k", digest: [2])
            guard
                case .refused(.idempotencyKeyReused) = try await Self.send(
                    "Ho", from: users[0], to: users[1], key: other, stores)
            else {
                Issue.record("the key was reused")
                return
            }
            #expect(try await MessageStore(stores.database).removeOldKeys() == 0)
        }
    }

    @Test func `unknown users, strangers and blocks are told apart`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            guard
                case .refused(.userNotFound) = try await Self.send(
                    "Hi", from: users[0], to: Stores.id(UserID.self), stores),
                case .refused(.messageToNonFriend) = try await Self.send(
                    "Hi", from: users[0], to: users[1], needsFriendship: true, stores)
            else {
                Issue.record("sent")
                return
            }
            _ = try await BlockStore(stores.database).block(users[0], by: users[1])
            guard
                case .sent(_, isNotified: false) = try await Self.send("Hi", from: users[0], to: users[1], stores),
                case .refused(.messageToNonFriend) = try await Self.send(
                    "Hi", from: users[0], to: users[1], needsFriendship: true, stores),
                case .refused(.userBlocked) = try await Self.send("Hi", from: users[1], to: users[0], stores)
            else {
                Issue.record("sent in spite of the block")
                return
            }
            let history = try await MessageStore(stores.database).history(
                of: users[1], with: users[0], before: nil, offset: 0, limit: 9)
            #expect(history == nil)
        }
    }

    @Test func `several in one statement have the outcomes that each has alone`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob", "eve")
            _ = try await BlockStore(stores.database).block(users[0], by: users[2])
            let key = RequestKey(text: "k", digest: [1])
            let jobs = (0..<6).map { _ in Stores.job() }
            let wanted: [(from: Int, to: Int, key: RequestKey?)] = [
                (0, 1, key), (1, 0, nil), (0, 1, key), (0, 2, nil), (2, 0, nil),
                (0, 1, RequestKey(text: "k", digest: [2])),
            ]
            let outcomes = try await MessageStore(stores.database).send(
                zip(wanted, jobs).map { message, job in
                    NewMessage(
                        from: users[message.from], to: users[message.to], "Hi", key: message.key,
                        needsFriendship: false, in: Stores.id(ConversationID.self), enqueuing: job)
                })
            let told = outcomes.map { outcome in
                switch outcome {
                case .sent(_, let isNotified): isNotified ? "sent" : "withheld"
                case .repeated: "repeated"
                case .refused(let code): code.rawValue
                }
            }
            #expect(
                told == ["sent", "sent", "repeated", "withheld", "user_blocked", "idempotency_key_reused"])
            var row = try await stores.database.read(
                Statement("test_jobs", "SELECT count(*) FROM outbox WHERE payload ? 'entity'"), [])[0]
            #expect(try row.int() == 2)
            #expect(try await CounterAudit(stores.database).page(after: nil).wrong == [])
        }
    }

    @Test func `a message is changed for fifteen minutes`() async throws {
        try await Stores.open { stores in
            let messages = MessageStore(stores.database)
            let users = try await stores.users("ada", "bob")
            guard case .sent(let message, _) = try await Self.send("Hi", from: users[0], to: users[1], stores) else {
                Issue.record("not sent")
                return
            }
            let changes = try MessageChanges(content: MessageText("Ho"), mediaURL: nil)
            for (age, refusal) in [("14 minutes", nil), ("16 minutes", .messageTooOld)] as [(_, DomainError.Code?)] {
                _ = try await stores.database.write(
                    Statement(
                        "test_age_message", "UPDATE messages SET created_at = now() - $1::text::interval"),
                    [.text(age)])
                #expect(try await messages.edit(message.id, changes, by: users[0]) == refusal)
            }
        }
    }
}
