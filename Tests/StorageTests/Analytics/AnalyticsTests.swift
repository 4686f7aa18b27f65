import Chassis
import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// S2-174: what is counted of each day equals the rows.
@Suite("Analytics", .database) struct AnalyticsTests {
    @Test(arguments: 1...4)
    func `after random writes and deletions every count equals the rows`(seed: Int) async throws {
        try await TestEnvironment.open { environment in
            let world = AnalyticsWorld(environment.database)
            try Self.run(
                AnalyticsWorld.randomWrites.replacing("$seed", with: "0.\(seed)"))
            try await world.countAll()
            try await world.expectEqualToRows()
            // Nothing is counted twice, however often it runs.
            for minutes in [1, 60, 100_000] { try await world.countAll(minutes: minutes) }
            try await world.expectEqualToRows()
            var left = try #require(
                try await environment.database.read(
                    Statement("test_left", "SELECT count(*) FROM count_corrections"), []
                ).first)
            #expect(try left.int() == 0)
        }
    }

    @Test func `a day begins and ends at midnight in UTC`() async throws {
        try await Stores.open { stores in
            let world = AnalyticsWorld(stores.database)
            let ada = try await stores.register("ada").account.id
            try Self.run(
                """
                UPDATE count_progress SET counted_until = '2020-10-01 00:00:00+00';
                INSERT INTO media (
                    id, user_id, purpose, original_name, file_name, mime_type, format, byte_count, sha256, created_at)
                SELECT gen_random_uuid(), id, 'other', 'x', 'x', 'x', 'x', 1, 'x', moment
                FROM accounts, unnest(ARRAY[
                    '2020-10-01 23:59:59.999999+00', '2020-10-02 00:00:00+00', '2020-10-03 01:30:00+03'
                ]::timestamptz[]) AS moment;
                """)
            try await world.countAll()
            let days = try ["2020-10-01", "2020-10-02", "2020-10-03"].map { try CalendarDay($0, field: "day") }
            let counts = try await world.store.counts(of: ada, from: days[0], to: days[2])
            #expect(days.map { counts.days[$0]?.media ?? 0 } == [1, 2, 0])
            let middle = try await world.store.counts(of: ada, from: days[1], to: days[1])
            #expect(middle.days.keys.sorted() == [days[1]])
            let totals = try await world.store.totals(from: days[0], to: days[2])
            #expect(days.map { totals.days[$0]?.activeUsers ?? 0 } == [1, 1, 0])
        }
    }

    @Test func `nothing of the last minute is counted, and what was missed in an outage is counted later`() async throws
    {
        try await Stores.open { stores in
            let world = AnalyticsWorld(stores.database)
            _ = try await stores.register("ada")
            try await world.countAll(until: .now)
            let today = CalendarDay(unixSeconds: Timestamp.now.unixSeconds)
            let first = CalendarDay(number: today.number - 5)
            let fresh = try await world.store.totals(from: first, to: today)
            #expect(fresh.days.values.allSatisfy { $0.registrations == 0 })
            #expect(fresh.countedUntil <= Timestamp.now)
            // Three days without a run.
            try Self.run(
                """
                UPDATE count_progress SET counted_until = now() - interval '3 days';
                UPDATE accounts SET created_at = now() - interval '50 hours';
                """)
            var runs = 0
            while try await world.store.count(until: .now, minutes: 60) { runs += 1 }
            #expect(runs >= 70)
            try await world.expectEqualToRows()
            let late = try await world.store.totals(from: first, to: today)
            #expect(late.days.values.map(\.registrations).reduce(0, +) == 1)
        }
    }

    @Test func `counts of runs at the same time, and of accounts that leave meanwhile, equal the rows`() async throws {
        try await Stores.openParallel(6) { _, stores in
            let world = AnalyticsWorld(stores[0].database)
            try Self.run(
                AnalyticsWorld.randomWrites.replacing("$seed", with: "0.9"))
            // Everything again, in many steps; four users have files and messages alone, and can leave.
            try Self.run(
                """
                DELETE FROM likes; DELETE FROM comments;
                DELETE FROM posts WHERE author_id IN (SELECT id FROM accounts ORDER BY id LIMIT 4);
                DELETE FROM follows WHERE follower_id IN (SELECT id FROM accounts ORDER BY id LIMIT 4)
                    OR following_id IN (SELECT id FROM accounts ORDER BY id LIMIT 4);
                DELETE FROM daily_totals; DELETE FROM daily_user_counts; DELETE FROM count_corrections;
                UPDATE count_progress SET counted_until = '2020-09-29 00:00:00+00';
                """)
            let end = AnalyticsWorld.end
            try await withThrowingTaskGroup { group in
                for store in stores[..<3] {
                    group.addTask { try await AnalyticsWorld(store.database).countAll(until: end, minutes: 240) }
                }
                for store in stores[3...] {
                    group.addTask {
                        for _ in 0..<40 {
                            _ = try await store.database.write(Self.leave)
                            _ = try await store.database.write(Self.unfollow)
                            _ = try await store.database.write(Self.deletePost)
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await world.countAll(until: end)
            try await world.expectEqualToRows()
        }
    }

    private static func run(_ sql: String) throws {
        try BlockingConnection.open(TestDatabase.current.url).run(sql)
    }

    /// A user without posts, likes, comments and follows.
    private static let leave = Statement(
        "test_leave",
        """
        WITH chosen AS (
            SELECT id FROM accounts
            WHERE NOT EXISTS (SELECT FROM follows WHERE accounts.id IN (follower_id, following_id))
              AND NOT EXISTS (SELECT FROM posts WHERE author_id = accounts.id)
            ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        DELETE FROM accounts WHERE id IN (SELECT id FROM chosen)
        """)
    private static let unfollow = Statement(
        "test_unfollow",
        """
        WITH chosen AS (
            SELECT follower_id, following_id FROM follows ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        DELETE FROM follows USING chosen
        WHERE follows.follower_id = chosen.follower_id AND follows.following_id = chosen.following_id
        """)
    private static let deletePost = Statement(
        "test_delete_post",
        """
        WITH chosen AS (SELECT id FROM posts ORDER BY random() LIMIT 3 FOR UPDATE SKIP LOCKED)
        DELETE FROM posts WHERE id IN (SELECT id FROM chosen)
        """)

    @Test func `a day that is counted again is right`() async throws {
        try await TestEnvironment.open { environment in
            let world = AnalyticsWorld(environment.database)
            try Self.run(
                AnalyticsWorld.randomWrites.replacing("$seed", with: "0.7"))
            try await world.countAll()
            try Self.run(
                """
                UPDATE daily_user_counts SET posts = posts + 3, likes = 0 WHERE day = '2020-10-03';
                UPDATE daily_totals SET active_users = 99, posts = 0 WHERE day = '2020-10-03';
                SELECT recount_day('2020-10-03');
                SELECT recount_day('2020-10-03');
                """)
            try await world.expectEqualToRows()
        }
    }

    @Test func `days are read by their key, also by plans of empty tables`() async throws {
        try await TestEnvironment.open { environment in
            let world = AnalyticsWorld(environment.database)
            let (user, day) = (UserID(Identifier(high: 1, low: 1)), CalendarDay(number: 20_000))
            _ = try await world.store.counts(of: user, from: day, to: day)
            _ = try await world.store.totals(from: day, to: day)
            for (statement, index) in [
                (Self.ofUser, "daily_user_counts_pkey"), (Self.totals, "daily_totals_pkey"),
            ] {
                let plan = try await Self.plan(statement, environment)
                #expect(plan.contains(index) && !plan.contains("Seq Scan on daily"), "\(plan)")
                #expect(plan.contains("Index Cond: ("), "\(plan)")
            }
        }
    }

    /// `count_days` plans its statement at each call.
    @Test func `new rows are read by their time, and not with all others`() async throws {
        try await TestEnvironment.open { environment in
            try Self.run(
                """
                INSERT INTO accounts (id, email, username, persona)
                SELECT gen_random_uuid(), number || '@b.example', 'user' || number, 'listener'
                FROM generate_series(1, 300) AS number;
                INSERT INTO posts (id, author_id, content, created_at, updated_at, published_at)
                SELECT gen_random_uuid(), id, 'x', moment, moment, moment
                FROM (SELECT id FROM accounts LIMIT 100) AS author, (VALUES (timestamptz '2020-09-01Z')) AS v(moment);
                INSERT INTO likes
                SELECT accounts.id, posts.id, '2020-10-01Z'::timestamptz + row_number() OVER () * interval '1 minute'
                FROM accounts, posts;
                ANALYZE likes;
                """)
            let plan = try await Self.plan(Self.rows, environment)
            #expect(plan.contains("likes_in_time") && plan.contains("posts_pkey"), "\(plan)")
            for work in ["Seq Scan on", "idx_likes_user_created", "likes_of_post", "likes_pkey", "Hash Join"] {
                #expect(!plan.contains(work), "\(work) in \(plan)")
            }
        }
    }

    private static func plan(_ statement: Statement, _ environment: TestEnvironment) async throws -> String {
        var plan = ""
        for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
        return plan
    }

    private static let ofUser = Statement(
        "test_explain_days_of_user",
        "EXPLAIN (COSTS OFF) EXECUTE daily_counts_of_user (20000, 20089, '00000000-0000-0001-0000-000000000001')")
    private static let totals = Statement(
        "test_explain_totals", "EXPLAIN (COSTS OFF) EXECUTE daily_totals (20000, 20089)")
    private static let rows = Statement(
        "test_explain_counted_rows",
        """
        EXPLAIN (COSTS OFF) SELECT user_id, kind, count(*) FROM counted_rows
        WHERE created_at >= '2020-10-01 00:00:00+00' AND created_at < '2020-10-01 01:00:00+00'
        GROUP BY 1, 2
        """)
}
