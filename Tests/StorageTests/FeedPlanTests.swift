import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The plans of the statements that feeds are read by. A connection makes them once, maybe while the tables are empty.
@Suite(.database) struct FeedPlanTests {
    @Test func `feeds are read by keys, also by plans that were made on empty tables`() async throws {
        try await TestEnvironment.open { environment in
            let activities = ActivityStore(environment.database)
            let reader = UserID(Identifier(high: 1, low: 1))
            // A test's database has one connection, which prepares each statement.
            _ = try await activities.visible(among: [reader.identifier], to: reader, limit: 50)
            _ = try await activities.visible(before: nil, to: reader, limit: 50)
            _ = try await activities.newest(for: reader, limit: 121)
            // Either index of a follower's follows will do.
            for (statement, indexes) in [
                (Self.among, ["activities_pkey", "follows_pkey", "accounts_pkey", "profiles_pkey", "media_pkey"]),
                (Self.before, [" follows_", "activities_of_actor", "accounts_pkey", "media_pkey"]),
                (Self.newest, [" follows_", "activities_of_actor"]),
            ] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                #expect(!plan.contains("Seq Scan"), "\(plan)")
                for index in indexes { #expect(plan.contains(index), "\(index) is missing in \(plan)") }
            }
        }
    }

    @Test func `lists of shares and bookmarks are read in the order of an index, up to the page`() async throws {
        try await TestEnvironment.open { environment in
            let user = UserID(Identifier(high: 1, low: 1))
            _ = try await ShareStore(environment.database).posts(of: user, after: nil, for: user, limit: 10)
            _ = try await BookmarkStore(environment.database).posts(of: user, after: nil, limit: 10)
            for (statement, index) in [(Self.shares, "shares_of_user"), (Self.bookmarks, "bookmarks_of_user")] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                #expect(plan.contains("Index Only Scan using \(index)") && plan.contains("posts_pkey"), "\(plan)")
                #expect(!plan.contains("Sort") && !plan.contains("Seq Scan"), "\(plan)")
            }
        }
    }

    @Test func `whether a user follows another is read by the key, however many the user follows`() async throws {
        try await TestEnvironment.open { environment in
            for statement in [Self.follow, Self.analyze] { _ = try await environment.database.write(statement) }
            let activities = ActivityStore(environment.database)
            let reader = UserID(Identifier(high: 1, low: 1))
            _ = try await activities.visible(among: [reader.identifier], to: reader, limit: 50)
            var plan = ""
            for var row in try await environment.database.read(Self.among) { plan += try row.text() + "\n" }
            #expect(plan.contains("follows_pkey") && !plan.contains("follows_of_follower"), "\(plan)")
        }
    }

    /// Without the accounts that the follows refer to.
    private static let follow = Statement(
        "test_follow_many",
        """
        DO $$ BEGIN
            SET LOCAL session_replication_role = replica;
            INSERT INTO follows (follower_id, following_id, id, created_at)
            SELECT follower, gen_random_uuid(), gen_random_uuid(), now()
            FROM generate_series(1, 3) AS number, LATERAL (SELECT gen_random_uuid() AS follower WHERE number > 0) AS one,
                generate_series(1, 2000);
        END $$
        """)
    private static let analyze = Statement("test_analyze", "ANALYZE follows")

    private static let among = Statement(
        "test_explain_among",
        """
        EXPLAIN (COSTS OFF) EXECUTE activities_among (
            '00000000-0000-0001-0000-000000000001', '{00000000-0000-0001-0000-000000000001}', 50)
        """)
    private static let before = Statement(
        "test_explain_before",
        """
        EXPLAIN (COSTS OFF) EXECUTE activities_before (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 50)
        """)
    private static let shares = Statement(
        "test_explain_shares",
        """
        EXPLAIN (COSTS OFF) EXECUTE page_of_shared_posts (
            '00000000-0000-0001-0000-000000000001', '00000000-0000-0001-0000-000000000001',
            'ffffffff-ffff-ffff-ffff-ffffffffffff', 11)
        """)
    private static let bookmarks = Statement(
        "test_explain_bookmarks",
        """
        EXPLAIN (COSTS OFF) EXECUTE page_of_bookmarks (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 11)
        """)
    private static let newest = Statement(
        "test_explain_newest",
        "EXPLAIN (COSTS OFF) EXECUTE newest_activities ('00000000-0000-0001-0000-000000000001', 121)")
}
