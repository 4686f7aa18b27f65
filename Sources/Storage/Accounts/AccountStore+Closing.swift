package import Domain
package import Postgres

/// Closing and deleting accounts.
extension AccountStore {
    /// Deactivates an account and ends its sessions.
    /// - Returns: The sessions that ended; nil if the account was not active, or does not exist.
    package func deactivate(_ user: UserID) async throws(PostgresError) -> [SessionID]? {
        try Self.ended(try await database.write(Self.deactivate, [.id(user)]))
    }

    private static let deactivate = Statement(
        "deactivate_account",
        """
        WITH closed AS (
            UPDATE accounts SET is_active = false, updated_at = now() WHERE id = $1 AND is_active RETURNING id
        ), ended AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'deactivated'
            FROM closed
            WHERE sessions.user_id = closed.id AND ended_at IS NULL
            RETURNING sessions.id AS session_id, sessions.user_id
        )
        SELECT ended.session_id FROM closed LEFT JOIN ended ON ended.user_id = closed.id
        """)

    /// Activates a deactivated account.
    /// - Returns: False if it was active, or does not exist.
    package func activate(_ user: UserID) async throws(PostgresError) -> Bool {
        try await database.write(Self.activate, [.id(user)]).affected > 0
    }

    private static let activate = Statement(
        "activate_account",
        """
        UPDATE accounts SET is_active = true, updated_at = now()
        WHERE id = $1 AND NOT is_active AND deleted_at IS NULL
        """)

    /// Marks an account as deleted: its name and address are free, its logins are deleted, its sessions end without a
    /// trace of the client. The job deletes the rest.
    /// - Returns: The sessions that ended; nil if there is no such account.
    package func delete(_ user: UserID, enqueuing job: OutboxJob) async throws(PostgresError) -> [SessionID]? {
        try Self.ended(try await database.write(Self.delete, [.id(user), .json(job.records)]))
    }

    private static let delete = Statement(
        "delete_account",
        """
        WITH deleted AS (
            UPDATE accounts
            SET deleted_at = now(), updated_at = now(), is_active = false, password_hash = NULL,
                email = id || '@deleted.invalid', username = 'deleted-' || id
            WHERE id = $1 AND deleted_at IS NULL
            RETURNING id
        ), identities AS (
            DELETE FROM provider_identities USING deleted WHERE user_id = deleted.id
        ), links AS (
            DELETE FROM account_links USING deleted WHERE user_id = deleted.id
        ), ended AS (
            UPDATE sessions
            SET ended_at = coalesce(ended_at, now()), end_reason = coalesce(end_reason, 'deleted'), user_agent = NULL,
                ip_address = NULL
            FROM deleted
            WHERE sessions.user_id = deleted.id
            RETURNING sessions.id AS session_id, sessions.user_id
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM deleted, outbox_rows($2) AS job
        )
        SELECT ended.session_id FROM deleted LEFT JOIN ended ON ended.user_id = deleted.id
        """)

    private static func ended(_ rows: Rows) throws(PostgresError) -> [SessionID]? {
        guard !rows.isEmpty else { return nil }
        var ended: [SessionID] = []
        for var row in rows {
            if let session = try row.optionalID(SessionID.self) { ended.append(session) }
        }
        return ended
    }

    /// Returns some of the files of a deleted account, the oldest first.
    package func filesOfDeleted(_ user: UserID, limit: Int = 200) async throws(PostgresError) -> [MediaID] {
        var files: [MediaID] = []
        for var row in try await database.read(Self.filesOfDeleted, [.id(user), .integer(limit)]) {
            files.append(try row.id(MediaID.self))
        }
        return files
    }

    private static let filesOfDeleted = Statement(
        "files_of_deleted_account",
        """
        SELECT media.id FROM media JOIN accounts ON accounts.id = media.user_id
        WHERE user_id = $1 AND deleted_at IS NOT NULL
        ORDER BY media.id LIMIT $2
        """)

    /// Deletes the rows of files of a deleted account, and counts them.
    /// - Parameter removal: The job that removes these files from the store.
    /// - Returns: How many rows were deleted, and how many are left.
    package func removeFiles(
        _ files: [MediaID], of user: UserID, enqueuing removal: OutboxJob
    ) async throws(PostgresError) -> (removed: Int, left: Int) {
        guard
            var row = try await database.write(
                Self.removeFiles,
                [
                    .id(user), .uuids(files.map { ($0.identifier.high, $0.identifier.low) }), .json(removal.records),
                ]
            ).first
        else { return (0, 0) }
        return (try row.int(), try row.int())
    }

    private static let removeFiles = Statement(
        "remove_files_of_deleted_account",
        """
        WITH removed AS (
            DELETE FROM media USING accounts
            WHERE accounts.id = user_id AND user_id = $1 AND deleted_at IS NOT NULL AND media.id = ANY ($2::uuid[])
            RETURNING media.id, byte_count
        ), counted AS (
            UPDATE profiles
            SET media_count = media_count - (SELECT count(*) FROM removed),
                media_bytes = media_bytes - (SELECT coalesce(sum(byte_count), 0) FROM removed)
            WHERE user_id = $1
        ), enqueued AS (
            INSERT INTO outbox SELECT job.* FROM outbox_rows($3) AS job WHERE EXISTS (SELECT FROM removed)
        )
        SELECT (SELECT count(*) FROM removed),
               (SELECT count(*) FROM media WHERE user_id = $1) - (SELECT count(*) FROM removed)
        """)

    /// Deletes the row of a deleted account, and finishes the job.
    package func removeDeleted(_ user: UserID, job: JobID) async throws(PostgresError) {
        _ = try await database.write(Self.removeDeleted, [.id(user), .id(job)])
    }

    private static let removeDeleted = Statement(
        "remove_deleted_account",
        """
        WITH deleted AS (
            DELETE FROM accounts WHERE id = $1 AND deleted_at IS NOT NULL
        )
        SELECT finish_job($2)
        """)
}
