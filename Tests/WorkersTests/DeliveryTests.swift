import Domain
import Foundation
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// E-mail digests, announcements and the e-mails about an account.
@Suite("Deliveries", .database)
struct DeliveryTests {
    @Test func `a digest has a line for each notification and one for all messages of a user`() async throws {
        try await PoolHarness.open { pools in
            let (ada, eve) = (try await pools.register("ada"), try await pools.register("eve"))
            let bob = try await pools.register("bob", language: .russian)
            try await pools.choose(bob) {
                $0[.newMessages].methods = [.email]
                $0[.newMessages].onlyWhenOffline = false
            }
            for _ in 0..<3 {
                let message = try await pools.message(from: ada, to: bob)
                try await pools.run(Notify(.newMessage, to: bob, by: ada, entity: message))
            }
            let request = try await pools.request(from: eve, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: eve, entity: request))
            try await pools.runAll()
            let letters = pools.mailbox.decodedMail(to: "bob@b.example", "У вас 4 новых уведомления в SocialPlay")
            #expect(letters.count == 1)
            let text = try #require(letters.first?.text)
            #expect(text.contains("• Новые сообщения от ada: 3"), "\(text)")
            #expect(text.contains("• eve хочет с вами дружить"), "\(text)")
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }

    @Test func `no digest is sent when everything was read`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let request = try await pools.request(from: ada, to: bob)
            try await pools.run(Notify(.friendRequest, to: bob, by: ada, entity: request))
            try await NotificationStore(pools.context.database).readAll(by: bob)
            try await pools.runAll()
            #expect(pools.mailbox.mail(to: "bob@b.example").isEmpty)
            #expect(try await pools.inline.enqueuedKinds().isEmpty)
        }
    }

    @Test func `an announcement reaches the inbox of every user once`() async throws {
        try await PoolHarness.open { pools in
            var users: [UserID] = []
            for name in ["ada", "bob", "eve"] { users.append(try await pools.register(name)) }
            let id = PoolHarness.id(AnnouncementID.self)
            let job = try pools.context.producer.outboxJob(SendAnnouncement(announcement: id), trace: nil)
            #expect(
                try await AnnouncementStore(pools.context.database).create(
                    id, title: "A new season", body: "It begins on Monday.", by: users[0], enqueuing: job))
            try await pools.runAll()
            try await pools.enqueue(SendAnnouncement(announcement: id))
            try await pools.runAll()
            for user in users {
                let inbox = try await pools.inbox(user)
                #expect(inbox.map(\.kind) == [.announcement])
                #expect(inbox.first?.title == "A new season")
                #expect(inbox.first?.body == "It begins on Monday.")
            }
        }
    }

    @Test func `of an announcement each user gets one event, and at most a hundred users wait for one commit`()
        async throws
    {
        try await PoolHarness.open { pools in
            let author = try await pools.register("ada")
            _ = try await pools.context.database.write(Self.crowd)
            let id = PoolHarness.id(AnnouncementID.self)
            let job = try pools.context.producer.outboxJob(SendAnnouncement(announcement: id), trace: nil)
            _ = try await AnnouncementStore(pools.context.database).create(
                id, title: "A new season", body: "It begins on Monday.", by: author, enqueuing: job)
            try await pools.runAll()
            #expect(try await pools.count(Self.events) == 251)
            #expect(try await pools.count(Self.transactions) == 3)
        }
    }

    private static let crowd = Statement(
        "test_crowd",
        """
        INSERT INTO accounts (id, email, username, persona)
        SELECT gen_random_uuid(), number || '@b.example', 'user' || number, 'listener'
        FROM generate_series(1, 250) AS number
        """)
    private static let events = Statement(
        "test_events", "SELECT count(DISTINCT user_id) FROM user_events WHERE seq = 1")
    private static let transactions = Statement(
        "test_transactions", "SELECT count(DISTINCT xmin::text) FROM user_events")

    @Test func `e-mails about an account are written in its language`() async throws {
        try await PoolHarness.open { pools in
            let (ada, eva) = (try await pools.register("ada"), try await pools.register("eva", language: .russian))
            for user in [ada, eva] { try await pools.enqueue(SendPasswordChanged(account: user)) }
            try await pools.enqueue(SendWelcome(email: "ada@b.example", name: "ada"))
            try await pools.runAll()
            #expect(pools.mailbox.decodedMail(to: "ada@b.example", "Your password was changed").count == 1)
            #expect(pools.mailbox.decodedMail(to: "ada@b.example", "Welcome to SocialPlay!").count == 1)
            #expect(pools.mailbox.decodedMail(to: "eva@b.example", "Ваш пароль изменён").count == 1)
        }
    }

    @Test(arguments: [
        (1, "У вас 1 новое уведомление в SocialPlay"), (2, "У вас 2 новых уведомления в SocialPlay"),
        (5, "У вас 5 новых уведомлений в SocialPlay"), (11, "У вас 11 новых уведомлений в SocialPlay"),
        (21, "У вас 21 новое уведомление в SocialPlay"), (112, "У вас 112 новых уведомлений в SocialPlay"),
    ])
    func `Russian subjects have the right plural`(count: Int, subject: String) {
        #expect(Letter.digest("ada", [], count: count, "https://a.example", in: .russian).subject == subject)
    }
}
