package import Postgres

/// Stores whether pushes are delivered to a service of the operator: the pool that enqueues them does not have the
/// settings of the pool that delivers them. Loop-confined, like its database.
package struct PushServiceStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Records whether there is a push service. The last record counts; before the first one, pushes are enqueued for
    /// whichever process will deliver them.
    package func record(isSet: Bool) async throws(PostgresError) {
        _ = try await database.write(Self.record, [.boolean(isSet)])
    }

    private static let record = Statement(
        "record_push_service",
        """
        INSERT INTO push_service (is_set) VALUES ($1)
        ON CONFLICT (is_only) DO UPDATE SET is_set = excluded.is_set, recorded_at = now()
        """)
}
