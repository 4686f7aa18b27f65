import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

@Suite("Notifications", .database)
struct NotificationStoreTests {
    /// Creates a notification of an achievement, by a job of its own.
    private static func create(
        _ title: String, for user: UserID, digest: OutboxJob? = nil, _ stores: Stores
    ) async throws -> Set<JobID> {
        let descriptor = try #require(NotificationCatalog.standard[.achievement])
        let job = try await Self.enqueue(stores)
        let new = NewNotification(
            id: Stores.id(NotificationID.self), user: user, descriptor, actor: nil, entity: user.identifier,
            title: title, event: "achievement:\(title)")
        return try await NotificationStore(stores.database).create(
            new, push: Stores.job(), digest: digest, finishing: job)
    }

    private static func enqueue(_ stores: Stores) async throws -> JobID {
        let job = Stores.job()
        _ = try await stores.database.write(
            Statement("test_enqueue", "INSERT INTO outbox SELECT * FROM outbox_rows($1)"), [.json([job].records)])
        return job.id
    }

    @Test func `an event is notified once, and each job finishes once`() async throws {
        try await Stores.open { stores in
            let notifications = NotificationStore(stores.database)
            let user = try await stores.users("ada")[0]
            #expect(try await Self.create("First friend", for: user, stores).count == 1)
            #expect(try await Self.create("First friend", for: user, stores).isEmpty)
            #expect(try await Self.create("Tenth friend", for: user, digest: Stores.job(), stores).count == 2)
            let page = try await notifications.page(of: user, offset: 0, limit: 9)
            #expect(page.notifications.map(\.title) == ["Tenth friend", "First friend"])
            #expect(page.total == 2 && page.unread == 2)
            #expect(try await notifications.undigested(user).map(\.title) == ["Tenth friend"])
        }
    }

    @Test func `a push without a receiver is not enqueued`() async throws {
        try await Stores.open { stores in
            let service = PushServiceStore(stores.database)
            let user = try await stores.users("ada")[0]
            // No process has said yet where it delivers to.
            #expect(try await Self.create("First", for: user, stores).count == 1)
            try await service.record(isSet: false)
            #expect(try await Self.create("Second", for: user, stores).isEmpty)
            #expect(try await Self.create("Third", for: user, digest: Stores.job(), stores).count == 1)
            try await service.record(isSet: true)
            #expect(try await Self.create("Fourth", for: user, stores).count == 1)
            try await service.record(isSet: false)
            let browser = PushSubscriptions.Subscription(
                id: Stores.id(SubscriptionID.self), endpoint: "https://push.example/1", publicKey: [4], secret: [7])
            _ = try await PushSubscriptions(stores.database).add(browser, of: user)
            #expect(try await Self.create("Fifth", for: user, stores).count == 1)
            let page = try await NotificationStore(stores.database).page(of: user, offset: 0, limit: 9)
            #expect(page.total == 5)
        }
    }

    @Test func `only its owner reads a notification`() async throws {
        try await Stores.open { stores in
            let notifications = NotificationStore(stores.database)
            let users = try await stores.users("ada", "bob")
            _ = try await Self.create("First", for: users[0], stores)
            _ = try await Self.create("Second", for: users[0], stores)
            let id = try await notifications.page(of: users[0], offset: 0, limit: 9).notifications[0].id
            #expect(try await notifications.unread(id)?.language == .english)
            #expect(try await notifications.read(id, by: users[1]) == false)
            #expect(try await notifications.read(id, by: users[0]))
            #expect(try await notifications.unread(id) == nil)
            #expect(try await notifications.page(of: users[0], offset: 0, limit: 9).unread == 1)
            try await notifications.readAll(by: users[0])
            #expect(try await notifications.page(of: users[0], offset: 0, limit: 9).unread == 0)
        }
    }

    @Test func `a digest is followed by the next one if notifications came in meanwhile`() async throws {
        try await Stores.open { stores in
            let notifications = NotificationStore(stores.database)
            let user = try await stores.users("ada")[0]
            _ = try await Self.create("First", for: user, digest: Stores.job(), stores)
            let mailed = try await notifications.undigested(user).map(\.id)
            _ = try await Self.create("Second", for: user, digest: Stores.job(), stores)
            let job = try await Self.enqueue(stores)
            #expect(try await notifications.finishDigest(of: mailed, to: user, finishing: job, next: Stores.job()))
            let rest = try await notifications.undigested(user).map(\.id)
            #expect(rest.count == 1)
            let last = try await Self.enqueue(stores)
            let isNext = try await notifications.finishDigest(of: rest, to: user, finishing: last, next: Stores.job())
            #expect(!isNext)
        }
    }

    @Test func `a user is not notified of what a blocked user does`() async throws {
        try await Stores.open { stores in
            let preferences = PreferenceStore(stores.database)
            let users = try await stores.users("ada", "bob", "cyd")
            for actor in [users[1], users[2], nil] {
                #expect(try await preferences.read(users[0], forActionBy: actor) != nil)
            }
            _ = try await BlockStore(stores.database).block(users[0], by: users[1])
            #expect(try await preferences.read(users[0], forActionBy: users[1]) == nil)
            _ = try await stores.accounts.deactivate(users[2])
            #expect(try await preferences.read(users[0], forActionBy: users[2]) == nil)
            _ = try await stores.accounts.deactivate(users[0])
            #expect(try await preferences.read(users[0], forActionBy: nil) == nil)
        }
    }

    @Test func `a user is not notified of what a muted user does, and the muted user is`() async throws {
        try await Stores.open { stores in
            let preferences = PreferenceStore(stores.database)
            let mutes = MuteStore(stores.database)
            let users = try await stores.users("ada", "bob")
            #expect(try await mutes.mute(users[1], by: users[0]) == nil)
            #expect(try await preferences.read(users[0], forActionBy: users[1]) == nil)
            #expect(try await preferences.read(users[1], forActionBy: users[0]) != nil)
            #expect(try await mutes.unmute(users[1], by: users[0], enqueuing: Stores.job()) == false)
            #expect(try await preferences.read(users[0], forActionBy: users[1]) != nil)
        }
    }

    @Test func `an announcement reaches each active user once`() async throws {
        try await Stores.open { stores in
            let announcements = AnnouncementStore(stores.database)
            let users = try await stores.users("ada", "bob", "cyd")
            _ = try await stores.accounts.deactivate(users[2])
            let id = Stores.id(AnnouncementID.self)
            #expect(
                try await announcements.create(id, title: "T", body: "B", by: users[0], enqueuing: Stores.job()))
            for delivered in [2, 0] {
                let job = try await Self.enqueue(stores)
                #expect(try await announcements.deliver(id, to: users, finishing: job) == delivered)
            }
            let inbox = try await NotificationStore(stores.database).page(of: users[1], offset: 0, limit: 9)
            #expect(inbox.notifications.map(\.body) == ["B"])
        }
    }
}

@Suite("Push subscriptions", .database)
struct PushSubscriptionsTests {
    private static func subscription(_ endpoint: String) -> PushSubscriptions.Subscription {
        PushSubscriptions.Subscription(
            id: Stores.id(SubscriptionID.self), endpoint: "https://push.example/\(endpoint)", publicKey: [4, 1],
            secret: [2])
    }

    @Test func `a browser belongs to the user who subscribed last`() async throws {
        try await Stores.open { stores in
            let store = PushSubscriptions(stores.database)
            let users = try await stores.users("ada", "bob")
            let id = try #require(try await store.add(Self.subscription("browser"), of: users[0]))
            #expect(try await store.add(Self.subscription("browser"), of: users[1]) == id)
            #expect(try await store.list(of: users[0]).isEmpty)
            let owned = try await store.list(of: users[1])
            #expect(owned.map(\.id) == [id] && owned[0].publicKey == [4, 1] && owned[0].secret == [2])
            #expect(try await store.remove(id, of: users[0]) == false)
            #expect(try await store.remove(id, of: users[1]))
        }
    }

    @Test func `a user keeps the ten newest`() async throws {
        try await Stores.open { stores in
            let store = PushSubscriptions(stores.database)
            let user = try await stores.users("ada")[0]
            for number in 0..<12 { _ = try await store.add(Self.subscription("\(number)"), of: user) }
            let list = try await store.list(of: user)
            #expect(list.map { $0.endpoint.split(separator: "/").last } == (2..<12).map { "\($0)" })
            try await store.remove(list[0].id)
            #expect(try await store.list(of: user).count == 9)
        }
    }
}
