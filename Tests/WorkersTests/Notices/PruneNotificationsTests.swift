import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-168: rows of notifications that no user sees any more.
@Suite("Pruning of notifications", .database)
struct PruneNotificationsTests {
    @Test func `pruning deletes what is hidden for good, and what ended a month ago`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let (post, deleted) = (
                try await pools.publish("@bob", by: ada), try await pools.publish("@bob", by: ada)
            )
            for post in [post, deleted] {
                try await pools.like(post, by: bob)
                _ = try await pools.comment(at: .post(post), by: bob)
            }
            let request = try await pools.request(from: ada, to: bob)
            try await pools.enqueue(Notify(.friendRequest, to: bob, by: ada, entity: request))
            try await pools.follow(ada, by: bob)
            try await pools.runNotices()
            #expect(try await pools.inboxRows() == 8)
            _ = try await pools.posts.delete(deleted, by: ada)
            try await pools.unlike(post, by: bob)
            try await pools.unfollow(ada, by: bob)
            try await pools.edit(post, "Hello", by: ada)
            try await pools.runNotices()
            try await pools.run(PruneNotifications())
            #expect(try await pools.inboxRows() == 5)
            _ = try await pools.context.database.write(
                Statement("test_age", "UPDATE notifications SET created_at = created_at - interval '31 days'"))
            try await pools.run(PruneNotifications())
            #expect(try await pools.inboxRows() == 2)
            #expect(try await pools.kinds(ada) == [.postCommented])
            #expect(try await pools.kinds(bob) == [.friendRequest])
            // Groups that are renewed meanwhile stay.
            let groups = Statement("test_groups", "SELECT count(*) FROM notification_groups")
            #expect(try await pools.count(groups) == 8)
            _ = try await pools.context.database.write(
                Statement("test_age_groups", "UPDATE notification_groups SET newest_at = newest_at - interval '1 day'"))
            try await pools.run(PruneNotifications())
            #expect(try await pools.count(groups) == 2)
            #expect(try await pools.groups(ada).count == 1)
        }
    }
    // S2-121, S2-168
    @Test func `changes of an inbox that no one reads are applied at night, and deleted with the account`()
        async throws
    {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish(by: ada)
            for name in ["eve", "ivy"] { try await pools.like(post, by: try await pools.register(name)) }
            try await pools.like(post, by: bob)
            try await pools.runNotices()
            #expect(try await pools.groups(ada).map(\.actors) == [3])
            let changes = Statement("test_changes", "SELECT count(*) FROM inbox_changes")
            #expect(try await pools.count(changes) == 0)
            for _ in 0..<3 {
                try await pools.unlike(post, by: bob)
                try await pools.like(post, by: bob)
            }
            try await pools.unlike(post, by: bob)
            #expect(try await pools.count(changes) > 3)
            try await pools.run(PruneNotifications())
            #expect(try await pools.count(changes) == 0)
            #expect(try await pools.groups(ada).map(\.actors) == [2])

            try await pools.like(post, by: bob)
            #expect(try await pools.count(changes) > 0)
            let job = try pools.context.producer.outboxJob(DeleteAccount(account: ada), trace: nil)
            #expect(try await pools.accounts.delete(ada, enqueuing: job) != nil)
            try await pools.runAll()
            #expect(try await pools.accounts.credentials(of: ada) == nil)
            #expect(try await pools.count(changes) == 0)
        }
    }
}
