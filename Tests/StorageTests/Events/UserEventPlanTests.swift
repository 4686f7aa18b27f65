import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The plans of the statements that read events, also if they were made on empty tables.
@Suite(.database) struct UserEventPlanTests {
    @Test func `events are read in the order of their key, and what they are about by theirs`() async throws {
        try await TestEnvironment.open { environment in
            let log = UserEventLog(environment.database)
            let user = UserID(Identifier(high: 1, low: 1))
            _ = try await log.events(of: user, after: .start, limit: 10)
            var plan = ""
            for var row in try await environment.database.read(Self.events) { plan += try row.text() + "\n" }
            for work in ["Seq Scan on", "Bitmap Heap Scan on", "Sort Key: user_events", "notifications_of_group"] {
                #expect(!plan.contains(work), "\(work) in \(plan)")
            }
            for index in [
                "user_events_pkey", "user_event_heads_pkey", "messages_pkey", "notifications_pkey", "user_cards_pkey",
                "friend_requests_pkey",
            ] {
                #expect(plan.contains(index), "\(index) is missing in \(plan)")
            }
        }
    }

    private static let events = Statement(
        "test_explain_events",
        """
        EXPLAIN (COSTS OFF) EXECUTE user_events_after ('00000000-0000-0001-0000-000000000001', 0, 'epoch', 10)
        """)

    @Test func `new events are looked for by their time`() async throws {
        try await TestEnvironment.open { environment in
            _ = try await UserEventLog(environment.database).newest(within: .seconds(20))
            var plan = ""
            for var row in try await environment.database.read(Self.newest) { plan += try row.text() + "\n" }
            #expect(plan.contains("Bitmap Index Scan on user_events_in_time"), "\(plan)")
        }
    }

    private static let newest = Statement(
        "test_explain_newest", "EXPLAIN (COSTS OFF) EXECUTE newest_user_events (20000)")
}
