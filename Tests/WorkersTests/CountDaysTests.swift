import Chassis
import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// S2-174: the job that counts what users did.
@Suite("Counts of days", .database) struct CountDaysTests {
    @Test func `the job counts all that is older than a minute, and what is deleted later`() async throws {
        try await PoolHarness.open { pools in
            let (ada, bob) = (try await pools.register("ada"), try await pools.register("bob"))
            let post = try await pools.publish("Hello", by: ada)
            try await pools.like(post, by: bob)
            for age in [
                Statement("test_age_posts", "UPDATE posts SET created_at = now() - interval '2 hours'"),
                Statement("test_age_likes", "UPDATE likes SET created_at = now() - interval '1 hour'"),
                Statement("test_start", "UPDATE count_progress SET counted_until = now() - interval '26 hours'"),
            ] {
                _ = try await pools.context.database.write(age, [])
            }
            let analytics = AnalyticsStore(pools.context.database)
            let today = CalendarDay(unixSeconds: Timestamp.now.unixSeconds)
            let counts = { (user: UserID) in
                let all = try await analytics.counts(of: user, from: CalendarDay(number: today.number - 2), to: today)
                return all.days.values
            }
            try await pools.run(CountDays())
            #expect(try await counts(ada).map(\.posts).reduce(0, +) == 1)
            #expect(try await counts(ada).map(\.likesReceived).reduce(0, +) == 1)
            #expect(try await counts(bob).map(\.likes).reduce(0, +) == 1)
            _ = try await pools.posts.delete(post, by: ada)
            try await pools.run(CountDays())
            #expect(try await counts(ada).map(\.posts).reduce(0, +) == 0)
            #expect(try await counts(ada).map(\.likesReceived).reduce(0, +) == 0)
            #expect(try await counts(bob).map(\.likes).reduce(0, +) == 0)
        }
    }
}
