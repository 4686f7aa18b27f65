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
}
