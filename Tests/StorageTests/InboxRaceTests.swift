import Domain
import Postgres
import Storage
import TestSupport
import Testing

/// Statements that write to several rows of one inbox.
@Suite("Races of inboxes", .database)
struct InboxRaceTests {
    @Test func `reading all notifications waits for a digest that is being recorded`() async throws {
        try await Stores.openParallel(1) { environment, stores in
            let user = try await stores[0].users("ada")[0]
            _ = try await stores[0].database.write(Self.notify, [.id(user)])
            let held = try HeldRows(environment.databaseURL, "SELECT lock_inbox('\(user)')")
            async let read: Void = NotificationStore(stores[0].database).readAll(by: user)
            try await held.wait(for: 1)
            try held.release()
            try await read
            #expect(try await NotificationStore(stores[0].database).page(of: user, offset: 0, limit: 9).unread == 0)
        }
    }

    private static let notify = Statement(
        "test_notify",
        """
        INSERT INTO notifications (id, user_id, kind, event)
        SELECT gen_random_uuid(), $1, 'achievement', number::text FROM generate_series(1, 3) AS number
        """)
}
