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
            for (statement, indexes) in [
                (Self.among, ["activities_pkey", "follows_pkey", "accounts_pkey", "profiles_pkey", "media_pkey"]),
                (Self.before, ["follows_of_follower", "activities_of_actor", "accounts_pkey", "media_pkey"]),
                (Self.newest, ["follows_of_follower", "activities_of_actor"]),
            ] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                #expect(!plan.contains("Seq Scan"), "\(plan)")
                for index in indexes { #expect(plan.contains(index), "\(index) is missing in \(plan)") }
            }
        }
    }

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
    private static let newest = Statement(
        "test_explain_newest",
        "EXPLAIN (COSTS OFF) EXECUTE newest_activities ('00000000-0000-0001-0000-000000000001', 121)")
}
