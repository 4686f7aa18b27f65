package import Chassis
package import Domain
package import Postgres

/// When people were seen last, as it outlives Redis. Loop-confined, like its database.
package struct LastSeen: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Notes the last signs of life, all in one statement. Older ones than what is written change nothing, so writing
    /// twice is fine; people who are gone are passed over.
    package func write(_ signs: [UserID: Timestamp]) async throws(PostgresError) {
        guard !signs.isEmpty else { return }
        let users = Array(signs.keys)
        _ = try await database.write(
            Self.write,
            [
                .uuids(users.map { ($0.identifier.high, $0.identifier.low) }),
                .texts(users.map { "\(signs[$0]?.unixMilliseconds ?? 0)" }),
            ])
    }

    /// The rows are locked in one order, so that two workers cannot wait for each other.
    private static let write = Statement(
        "write_last_seen",
        """
        WITH sign AS (
            SELECT account, to_timestamp(milliseconds::bigint / 1000.0) AS moment
            FROM unnest($1::uuid[], $2::text[]) AS sign(account, milliseconds)
        ), seen AS (
            SELECT accounts.id, sign.moment
            FROM accounts JOIN sign ON sign.account = accounts.id
            ORDER BY accounts.id
            FOR UPDATE OF accounts
        )
        UPDATE accounts SET last_seen_at = greatest(last_seen_at, seen.moment)
        FROM seen
        WHERE accounts.id = seen.id AND last_seen_at IS DISTINCT FROM greatest(last_seen_at, seen.moment)
        """)
}
