import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// The plans of the statements that messages are read by. A connection makes them once, maybe while the tables are
/// empty.
@Suite(.database) struct MessagePlanTests {
    @Test func `messages are read by keys, also by plans that were made on empty tables`() async throws {
        try await TestEnvironment.open { environment in
            let messages = MessageStore(environment.database)
            let user = UserID(Identifier(high: 1, low: 1))
            let message = MessageID(user.identifier)
            _ = try await messages.history(of: user, with: user, before: nil, offset: 0, limit: 20)
            _ = try await messages.views(of: user, before: nil, limit: 20)
            _ = try await messages.find(message, for: user)
            for (statement, indexes) in [
                (Self.history, ["conversation_members_pkey", "messages_in_view", "messages_undelivered"]),
                (Self.views, ["conversation_members_recent", "messages_pkey", "user_cards_pkey"]),
                (Self.find, ["messages_pkey"]),
            ] {
                var plan = ""
                for var row in try await environment.database.read(statement) { plan += try row.text() + "\n" }
                for work in ["Seq Scan on", "Bitmap Heap Scan on", "hashed SubPlan"] {
                    #expect(!plan.contains(work), "\(work) in \(plan)")
                }
                for index in indexes { #expect(plan.contains(index), "\(index) is missing in \(plan)") }
            }
        }
    }

    private static let history = Statement(
        "test_explain_history",
        """
        EXPLAIN (COSTS OFF) EXECUTE conversation_history (
            '00000000-0000-0001-0000-000000000001', '00000000-0000-0001-0000-000000000001',
            'ffffffff-ffff-ffff-ffff-ffffffffffff', 20, 0)
        """)
    private static let views = Statement(
        "test_explain_conversations",
        """
        EXPLAIN (COSTS OFF) EXECUTE conversations_with_anyone (
            '00000000-0000-0001-0000-000000000001', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 20)
        """)
    private static let find = Statement(
        "test_explain_message",
        """
        EXPLAIN (COSTS OFF) EXECUTE find_message (
            '00000000-0000-0001-0000-000000000001', '00000000-0000-0001-0000-000000000001')
        """)
}
