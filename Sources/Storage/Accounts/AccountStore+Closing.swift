package import Domain
package import Postgres

/// How people leave.
extension AccountStore {
    /// Closes an account: nobody logs in any more, and its sessions end.
    /// - Returns: The sessions that ended; nil when it was closed already, or there is no such account.
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

    /// Opens a closed account again.
    /// - Returns: False when it was open, or there is no such account.
    package func activate(_ user: UserID) async throws(PostgresError) -> Bool {
        try await database.write(Self.activate, [.id(user)]).affected > 0
    }

    private static let activate = Statement(
        "activate_account",
        """
        UPDATE accounts SET is_active = true, updated_at = now()
        WHERE id = $1 AND NOT is_active AND deleted_at IS NULL
        """)

    /// Takes an account away from its surfaces at once: name, address and whatever opens it are free or gone, sessions have
    /// ended and say nothing any more. The rest is promised to a job.
    /// - Returns: The sessions that ended; nil when there is no such account.
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
        ), promised AS (
            INSERT INTO outbox SELECT job.* FROM deleted, promised_jobs($2) AS job
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

    /// Removes some of the files of an account that was deleted, and counts them out.
    /// - Parameter removal: What removes them from the disk; its list is filled in.
    /// - Returns: How many went, and how many are left.
    package func removeFiles(
        of user: UserID, limit: Int = 200, enqueuing removal: OutboxJob
    ) async throws(PostgresError) -> (removed: Int, left: Int) {
        guard
            var row = try await database.write(
                Self.removeFiles, [.id(user), .integer(limit), .json(removal.record)]
            ).first
        else { return (0, 0) }
        return (try row.int(), try row.int())
    }

    private static let removeFiles = Statement(
        "remove_files_of_deleted",
        """
        WITH gone AS (
            DELETE FROM media
            WHERE id IN (
                SELECT media.id FROM media JOIN accounts ON accounts.id = media.user_id
                WHERE user_id = $1 AND deleted_at IS NOT NULL
                ORDER BY media.id LIMIT $2)
            RETURNING id, byte_count
        ), counted AS (
            UPDATE profiles
            SET media_count = media_count - (SELECT count(*) FROM gone),
                media_bytes = media_bytes - (SELECT coalesce(sum(byte_count), 0) FROM gone)
            WHERE user_id = $1
        ), promised AS (
            INSERT INTO outbox
            SELECT job.*
            FROM (SELECT jsonb_agg(id) AS ids FROM gone HAVING count(*) > 0) AS files,
                 promised_jobs(jsonb_build_array(
                     $3::jsonb || jsonb_build_object('payload', jsonb_build_object('media', files.ids)))) AS job
        )
        SELECT (SELECT count(*) FROM gone),
               (SELECT count(*) FROM media WHERE user_id = $1) - (SELECT count(*) FROM gone)
        """)

    /// Removes the last of an account that was deleted, and ends the job that does it.
    package func removeDeleted(_ user: UserID, job: JobID) async throws(PostgresError) {
        _ = try await database.write(Self.removeDeleted, [.id(user), .id(job)])
    }

    private static let removeDeleted = Statement(
        "remove_deleted_account",
        """
        WITH mine AS (
            SELECT finish_job($2) AS id
        )
        DELETE FROM accounts USING mine WHERE accounts.id = $1 AND deleted_at IS NOT NULL
        """)
}
