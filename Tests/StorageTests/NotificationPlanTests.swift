import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The plans of the statements that groups of notifications are read by, also if they were made on empty tables.
@Suite(.database) struct NotificationPlanTests {
    @Test func `a page of groups is read in the order of an index, and each group by a key`() async throws {
        try await TestEnvironment.open { environment in
            let user = UserID(Identifier(high: 1, low: 1))
            // A test's database has one connection, which prepares each statement.
            _ = try await GroupedInbox(environment.database).page(of: user, limit: 10)
            _ = try await GroupedInbox(environment.database).unread(of: user)
            for (statement, indexes) in [
                (
                    Self.page,
                    [
                        "notification_groups_in_order", "notification_groups_unread", "inbox_changes_pkey",
                        "user_cards_pkey", "posts_pkey", "follows_pkey",
                    ]
                ),
                (Self.unread, ["notification_groups_unread", "inbox_changes_pkey", "posts_pkey"]),
            ] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                // Neither a whole table, nor all groups of the user, and no notification or cause.
                for work in [
                    "Seq Scan on", "Bitmap Heap Scan on notification", "Sort Key", " on notifications", " on likes",
                ] {
                    #expect(!plan.contains(work), "\(work) in \(plan)")
                }
                for index in indexes { #expect(plan.contains(index), "\(index) is missing in \(plan)") }
                // An index that begins with another column would be read as a whole.
                for (line, next) in zip(plan.split(separator: "\n"), plan.split(separator: "\n").dropFirst())
                where next.contains("Cond: (id = ") {
                    #expect(line.contains("_pkey on") || line.contains("accounts_inactive on"), "\(plan)")
                }
            }
        }
    }

    @Test func `changes of an inbox are looked up by their key, also if nearly all are one user's`() async throws {
        try await TestEnvironment.open { environment in
            let user = UserID(Identifier(high: 1, low: 1))
            _ = try await environment.database.write(
                Statement(
                    "test_changes_of_one",
                    """
                    INSERT INTO inbox_changes (user_id, group_id)
                    SELECT '00000000-0000-0002-0000-000000000001', gen_random_uuid() FROM generate_series(1, 5000)
                    """))
            _ = try await environment.database.write(Statement("test_analyze_changes", "ANALYZE inbox_changes"))
            _ = try await GroupedInbox(environment.database).page(of: user, limit: 10)
            _ = try await GroupedInbox(environment.database).unread(of: user)
            for statement in [Self.page, Self.unread] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                #expect(plan.contains("inbox_changes_pkey") && !plan.contains("Seq Scan on inbox_changes"), "\(plan)")
            }
        }
    }

    private static let page = Statement(
        "test_explain_groups",
        """
        EXPLAIN (COSTS OFF) EXECUTE page_of_notification_groups (
            '00000000-0000-0001-0000-000000000001', 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 11, 0)
        """)
    private static let unread = Statement(
        "test_explain_unread_groups",
        "EXPLAIN (COSTS OFF) EXECUTE count_unread_groups ('00000000-0000-0001-0000-000000000001', 100)")
}
