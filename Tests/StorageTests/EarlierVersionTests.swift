import Chassis
import Domain
import Foundation
import Postgres
import Storage
import TestSupport
import Testing

/// The data of an earlier version are upgraded, and nothing of them is lost.
@Suite(.database) struct EarlierVersionTests {
    private let url = TestDatabase.current.url

    @Test func `the dump has an unfinished job of each kind`() async throws {
        try EarlierVersion.restore(into: url)
        #expect(Set(try texts("SELECT kind FROM outbox WHERE state = 'queued'")) == EarlierVersion.jobKinds)
    }

    @Test func `a database of version 0_1_0 is upgraded, once`() async throws {
        try EarlierVersion.restore(into: url)
        let applied = try Migrator().migrate(url)
        #expect(applied.contains("m0007_job_names") && !applied.contains("m0006_notifications"))
        #expect(try Migrator().migrate(url) == [])
    }

    @Test func `jobs have the kinds and queues of this version`() async throws {
        try EarlierVersion.restore(into: url)
        let before = try texts("SELECT id::text FROM outbox ORDER BY id")
        _ = try Migrator().migrate(url)
        #expect(try texts("SELECT id::text FROM outbox ORDER BY id") == before)
        let jobs = Set(try texts("SELECT queue || ' ' || kind FROM outbox"))
        for job in [
            "notifications send-announcement", "notifications deliver-announcement", "email send-reset-password",
            "maintenance delete-account", "maintenance export-account", "maintenance prune-exports",
            "maintenance prune-sessions", "maintenance prune-jobs", "maintenance remove-orphaned-uploads",
            "counters reconcile-counters", "images make-avatar", "presence expire-presence",
            "deliveries send-push", "deliveries send-web-push", "deliveries report-first-friend",
            "notifications notify",
        ] {
            #expect(jobs.contains(job), "\(job)")
        }
        #expect(!jobs.contains { $0.hasPrefix("counters ") && $0 != "counters reconcile-counters" })
    }

    @Test func `a dead-lettered job stays dead, and can be retried under its new kind`() async throws {
        try EarlierVersion.restore(into: url)
        _ = try Migrator().migrate(url)
        #expect(
            try texts("SELECT queue || ' ' || kind FROM outbox WHERE state = 'dead'") == ["email send-reset-password"])
    }

    @Test func `addresses of deleted accounts are freed, names are composed`() async throws {
        try EarlierVersion.restore(into: url)
        let before = try texts("SELECT id::text FROM accounts WHERE deleted_at IS NOT NULL")
        #expect(!before.isEmpty)
        try BlockingConnection.open(url).run(
            """
            UPDATE accounts SET email = gen_random_uuid() || '@Deleted.Invalid', is_verified = true WHERE username = 'bob';
            UPDATE profiles SET first_name = E'Jose\\u0301' FROM accounts WHERE id = user_id AND username = 'bob';
            """)
        _ = try Migrator().migrate(url)
        #expect(
            try texts("SELECT email FROM accounts WHERE deleted_at IS NOT NULL ORDER BY id")
                == before.sorted().map { "deleted-\($0)" })
        let address = try #require(
            try texts("SELECT email FROM accounts WHERE username = 'bob' AND NOT is_verified").first)
        #expect(address.hasPrefix("reserved-") && address.hasSuffix("@deleted.invalid"))
        #expect(
            try texts("SELECT first_name FROM profiles JOIN accounts ON id = user_id WHERE username = 'bob'")
                .map { Array($0.utf8) }
                == [Array("Jos\u{E9}".utf8)])
    }

    @Test func `the stores read the upgraded rows`() async throws {
        try EarlierVersion.restore(into: url)
        _ = try Migrator().migrate(url)
        let names = try texts("SELECT username || ' ' || id FROM accounts WHERE deleted_at IS NULL ORDER BY username")
        let users = try names.map { try #require(UserID(String($0.split(separator: " ")[1]))) }
        #expect(names.count == 3)
        try await Stores.open { stores in
            let ada = try #require(try await stores.accounts.details(of: users[0]))
            #expect(ada.account.username == "ada" && ada.account.role == .admin)
            let friends = try await FriendStore(stores.database).all(of: users[0])
            #expect(friends.map(\.friend.username) == ["bob"])
            let requests = try await FriendStore(stores.database).incoming(of: users[0], offset: 0, limit: 10)
            #expect(requests.map(\.other.username) == ["cyd"])
            let history = try await MessageStore(stores.database).history(
                of: users[0], with: users[1], before: nil, offset: 0, limit: 10)
            #expect(history?.messages.map(\.content) == ["Hello Ada", "Hello Bob"])
            let inbox = try await NotificationStore(stores.database).page(of: users[0], offset: 0, limit: 10)
            #expect(inbox.notifications.map(\.actorName) == ["cyd"])
            // The dump has a wrong counter of friends.
            let audit = CounterAudit(stores.database)
            #expect(try await audit.page(after: nil).wrong == [users[2]])
            #expect(try await audit.correct([users[2]]) == 1)
            #expect(try await audit.page(after: nil).wrong == [])
        }
    }

    @Test func `posts that exist when the search comes are indexed by a job`() async throws {
        try EarlierVersion.restore(into: url)
        _ = try Migrator([Migration].all.filter { $0.name < "m0026" }, functions: []).migrate(url)
        try BlockingConnection.open(url).run(
            """
            INSERT INTO posts (id, author_id, content, created_at, updated_at)
            SELECT gen_random_uuid(), id, 'Hello', now(), now() FROM accounts
            """)
        _ = try Migrator().migrate(url)
        #expect(
            try texts("SELECT queue || ' ' || unique_key FROM outbox WHERE kind = 'index-posts'") == [
                "maintenance index-posts:all"
            ])
    }

    private func texts(_ sql: String) throws -> [String] {
        var texts: [String] = []
        for var row in try BlockingConnection.open(url).query(sql) { texts.append(try row.text()) }
        return texts
    }
}
