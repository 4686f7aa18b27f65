package import Chassis
package import Domain
package import Postgres

/// Stores which users block which. Loop-confined, like its database.
package struct BlockStore: Sendable {
    private let database: Database
    private let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    /// Blocks a user, and ends friendship and requests of both.
    /// - Returns: False if there is no such user, or the account is closed.
    package func block(_ other: UserID, by user: UserID) async throws(PostgresError) -> Bool {
        try await isDone(database.write(Self.block, [.id(user), .id(other)]))
    }

    private static let block = Statement("block_user", "SELECT block_user($1, $2), appended_events()")

    /// - Returns: False if the user was not blocked.
    package func unblock(_ other: UserID, by user: UserID) async throws(PostgresError) -> Bool {
        try await isDone(database.write(Self.unblock, [.id(user), .id(other)]))
    }

    private func isDone(_ rows: Rows) throws(PostgresError) -> Bool {
        guard var row = rows.first else { return false }
        let isDone = try row.bool()
        try events.take(&row)
        return isDone
    }

    private static let unblock = Statement("unblock_user", "SELECT unblock_user($1, $2), appended_events()")

    /// Returns the users whom a user blocks, the newest block first.
    package func list(
        of user: UserID, offset: Int, limit: Int
    ) async throws(PostgresError) -> [(user: ListedUser, since: Timestamp)] {
        var blocks: [(user: ListedUser, since: Timestamp)] = []
        for var row in try await database.read(Self.list, [.id(user), .integer(limit), .integer(offset)]) {
            let since = try row.timestamp()
            blocks.append((try ListedUser(&row), since))
        }
        return blocks
    }

    private static let list = Statement(
        "list_blocks",
        """
        SELECT blocks.created_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM blocks JOIN listed_users AS listed ON listed.id = blocked_id
        WHERE blocker_id = $1
        ORDER BY blocks.created_at DESC, blocked_id
        LIMIT $2 OFFSET $3
        """)
}
