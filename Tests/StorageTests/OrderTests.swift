import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// What users see in order is ordered by PostgreSQL: the clocks of API and worker processes differ.
@Suite("Order", .database)
struct OrderTests {
    private static func id<ID: EntityID>(_ type: ID.Type, secondsAhead seconds: Int) -> ID {
        ID(unixMilliseconds: Timestamp.now.unixMilliseconds + seconds * 1_000)
    }

    private static func send(
        _ text: String, from sender: UserID, to receiver: UserID, secondsAhead seconds: Int = 0, _ stores: Stores
    ) async throws -> Message {
        let id = Self.id(MessageID.self, secondsAhead: seconds)
        let job = OutboxJob(id: Stores.id(JobID.self), queue: "q", kind: "notify", payload: #"{"entity":"\#(id)"}"#)
        let new = NewMessage(
            from: sender, to: receiver, text, needsFriendship: false, in: Stores.id(ConversationID.self),
            enqueuing: job)
        let outcome = try await MessageStore(stores.database).send(new)
        guard case .sent(let message, _) = outcome else { throw Overdue(description: "not sent: \(outcome)") }
        return message
    }

    // S0-60
    @Test func `a message that was stored later stands later, whatever the clock of its process`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            let messages = MessageStore(stores.database)
            var sent = [try await Self.send("question", from: users[0], to: users[1], secondsAhead: 5, stores)]
            sent.append(try await Self.send("answer", from: users[1], to: users[0], secondsAhead: -5, stores))
            for number in 0..<5 {
                sent.append(
                    try await Self.send("\(number)", from: users[0], to: users[1], secondsAhead: 3_600, stores))
            }
            sent.append(try await Self.send("newest", from: users[1], to: users[0], secondsAhead: -3_600, stores))
            for (earlier, later) in zip(sent, sent.dropFirst()) {
                #expect(earlier.id.identifier < later.id.identifier)
                #expect(earlier.createdAt < later.createdAt)
            }
            for message in sent {
                #expect(message.id.identifier.unixMilliseconds == message.createdAt.unixMilliseconds)
            }
            let texts = sent.map(\.content)
            let history = try await messages.history(of: users[1], with: users[0], before: nil, offset: 0, limit: 3)
            #expect(history?.messages.map(\.content) == texts.suffix(3).reversed())
            let rest = try await messages.history(
                of: users[1], with: users[0], before: history?.messages.last?.id, offset: 0, limit: 9)
            #expect(rest?.messages.map(\.content) == texts.dropLast(3).reversed())
            try await stores.befriend(users[0], users[1])
            let list = try await messages.conversations(of: users[0], offset: 0, limit: 9)
            #expect(list.map(\.lastMessage.content) == ["newest"])
        }
    }

    @Test func `a message follows the last one also when PostgreSQL's clock has stepped back`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            _ = try await Self.send("first", from: users[0], to: users[1], stores)
            let ahead = Self.id(MessageID.self, secondsAhead: 3_600)
            _ = try await stores.database.write(
                Statement("test_future_message", "UPDATE conversation_members SET last_message_id = $1"), [.id(ahead)])
            let next = try await Self.send("next", from: users[1], to: users[0], stores)
            #expect(next.id.identifier.unixMilliseconds == ahead.identifier.unixMilliseconds + 1)
            #expect(next.createdAt.unixMilliseconds == next.id.identifier.unixMilliseconds)
        }
    }

    @Test func `the jobs of a message name the id that PostgreSQL made`() async throws {
        try await Stores.open { stores in
            let users = try await stores.users("ada", "bob")
            let message = try await Self.send("Hi", from: users[0], to: users[1], secondsAhead: 5, stores)
            var row = try await stores.database.read(
                Statement("test_payload", "SELECT payload ->> 'entity' FROM outbox WHERE kind = 'notify'"), [])[0]
            #expect(try row.text() == message.id.description)
        }
    }

    @Test func `the inbox is in the order in which its entries were created`() async throws {
        try await Stores.open { stores in
            let user = try await stores.users("ada")[0]
            let notifications = NotificationStore(stores.database)
            let achievement = try #require(NotificationCatalog.standard[.achievement])
            var titles: [String] = []
            for (number, seconds) in [5, -5, 3_600, -3_600].enumerated() {
                let (job, title) = (try await stores.enqueue(), "achievement \(number)")
                _ = try await notifications.create(
                    NewNotification(
                        id: Self.id(NotificationID.self, secondsAhead: seconds), user: user, achievement, actor: nil,
                        entity: user.identifier, title: title, event: title),
                    push: nil, digest: Stores.job(), finishing: job)
                let announcement = Self.id(AnnouncementID.self, secondsAhead: seconds)
                let announcements = AnnouncementStore(stores.database)
                _ = try await announcements.create(
                    announcement, title: "announcement \(number)", body: "B", by: user, enqueuing: Stores.job())
                _ = try await announcements.deliver(announcement, to: [user], finishing: try await stores.enqueue())
                titles += [title, "announcement \(number)"]
            }
            let pages = [0, 3, 6].map { offset in (offset: offset, limit: 3) }
            var read: [String?] = []
            for page in pages {
                read += try await notifications.page(of: user, offset: page.offset, limit: page.limit)
                    .notifications.map(\.title)
            }
            #expect(read == titles.reversed())
            #expect(
                try await notifications.undigested(user).map(\.title) == titles.filter { $0.hasPrefix("achievement") })
        }
    }

    // S1-53
    @Test func `the avatar that was uploaded last is shown, whatever the clocks of the processes`() async throws {
        try await Stores.open { stores in
            let user = try await stores.users("ada")[0]
            let ahead = try await stores.upload(user, id: Self.id(MediaID.self, secondsAhead: 5))
            #expect(try await stores.finish(ahead))
            let behind = try await stores.upload(user, id: Self.id(MediaID.self, secondsAhead: -5))
            #expect(try await stores.finish(behind))
            #expect(try await stores.media.avatar(of: user) == behind.media)
            #expect(try await stores.media.find(ahead.media) == nil)
        }
    }
}

extension Stores {
    /// Writes the row of a job that a statement of the test finishes.
    fileprivate func enqueue() async throws -> JobID {
        let job = Self.job()
        _ = try await database.write(
            Statement("test_enqueue_job", "INSERT INTO outbox SELECT * FROM outbox_rows($1)"), [.json(job.records)])
        return job.id
    }
}
