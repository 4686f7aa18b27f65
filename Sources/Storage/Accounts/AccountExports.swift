package import Chassis
package import Domain
package import Postgres

/// Stores exports of accounts. Loop-confined, like its database.
package struct AccountExports: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Requests an export. One that is being made continues; one that is ready is replaced.
    /// - Parameter id: The id of the new export.
    /// - Returns: Whether the job was enqueued; not for a closed account.
    package func request(
        _ id: Identifier, of user: UserID, enqueuing job: OutboxJob
    ) async throws(PostgresError) -> Bool {
        try await !database.write(Self.request, [.uuid(id.high, id.low), .id(user), .json(job.records)]).isEmpty
    }

    private static let request = Statement(
        "request_export",
        """
        WITH account AS (
            SELECT id FROM accounts WHERE id = $2 AND is_active FOR KEY SHARE
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM account, unique_outbox_rows($3) AS job
            ON CONFLICT DO NOTHING
            RETURNING id
        )
        INSERT INTO account_exports (user_id, id, expires_at)
        SELECT $2, $1, now() + interval '7 days' FROM enqueued
        ON CONFLICT (user_id) DO UPDATE
        SET id = excluded.id, state = 'pending', byte_count = NULL, created_at = now(), ready_at = NULL,
            expires_at = excluded.expires_at
        RETURNING id
        """)

    /// Returns nil if none was requested, or it has expired.
    package func find(of user: UserID) async throws(PostgresError) -> AccountExport? {
        guard var row = try await database.read(Self.find, [.id(user)]).first else { return nil }
        return AccountExport(
            state: try row.word(AccountExport.State.self), byteCount: try row.optionalInt(),
            createdAt: try row.timestamp(), readyAt: try row.optionalTimestamp(), expiresAt: try row.timestamp())
    }

    private static let find = Statement(
        "find_export",
        """
        SELECT state, byte_count, created_at, ready_at, expires_at FROM account_exports
        WHERE user_id = $1 AND expires_at > now()
        """)

    /// Marks an export as ready because its file is complete, and finishes the job that made it.
    /// - Returns: Whether the account still exists; if not, the file must be deleted.
    package func finish(_ user: UserID, byteCount: Int, job: JobID) async throws(PostgresError) -> Bool {
        guard
            var row = try await database.write(Self.finish, [.id(user), .integer(byteCount), .id(job)]).first
        else { return false }
        return try row.bool()
    }

    private static let finish = Statement(
        "finish_export",
        """
        WITH finished AS (
            SELECT finish_job($3) AS id
        ), ready AS (
            UPDATE account_exports SET state = 'ready', byte_count = $2, ready_at = now()
            WHERE user_id = $1 AND (SELECT id FROM finished) IS NOT NULL
        )
        SELECT EXISTS (SELECT FROM accounts WHERE id = $1 AND deleted_at IS NULL)
        """)

    /// Marks an export as failed because its job is dead.
    package func giveUp(_ user: UserID) async throws(PostgresError) {
        _ = try await database.write(Self.giveUp, [.id(user)])
    }

    private static let giveUp = Statement(
        "give_up_export", "UPDATE account_exports SET state = 'failed' WHERE user_id = $1 AND state = 'pending'")

    /// Deletes some of the expired exports.
    /// - Returns: The users whose files can be deleted.
    package func removeExpired(limit: Int = 500) async throws(PostgresError) -> [UserID] {
        var users: [UserID] = []
        for var row in try await database.write(Self.removeExpired, [.integer(limit)]) {
            users.append(try row.id(UserID.self))
        }
        return users
    }

    private static let removeExpired = Statement(
        "remove_expired_exports",
        """
        DELETE FROM account_exports
        WHERE user_id IN (SELECT user_id FROM account_exports WHERE expires_at <= now() LIMIT $1)
        RETURNING user_id
        """)
}

/// The state of an export of a user's data.
package struct AccountExport: Sendable {
    package enum State: String, Sendable {
        case pending, ready, failed
    }

    package let state: State
    package let byteCount: Int?
    package let createdAt: Timestamp
    package let readyAt: Timestamp?
    /// When it is removed.
    package let expiresAt: Timestamp
}
