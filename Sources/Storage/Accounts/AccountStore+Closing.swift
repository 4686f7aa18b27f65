package import Domain
package import Postgres

/// Closing and deleting accounts.
extension AccountStore {
    /// Deactivates an account, and ends its sessions and the links that reset its password.
    /// - Parameters:
    ///   - exceptAdministrators: Whether the account stays active if it is an administrator's.
    ///   - actor: The administrator who does it, for the audit log.
    /// - Returns: The sessions that ended; nil if the account stays active, was deactivated, or does not exist. A
    ///   suspended account stays closed when its suspension ends.
    package func deactivate(
        _ user: UserID, exceptAdministrators: Bool = false, by actor: UserID? = nil
    ) async throws(PostgresError) -> [SessionID]? {
        try Self.ended(
            try await database.write(
                Self.deactivate, [.id(user), .boolean(exceptAdministrators), actor.map { .id($0) } ?? .null]))
    }

    private static let deactivate = Statement(
        "deactivate_account",
        """
        WITH closed AS (
            UPDATE accounts SET is_active = false, suspended_until = NULL, updated_at = now()
            WHERE id = $1 AND (is_active OR suspended_until IS NOT NULL) AND deleted_at IS NULL
              AND NOT ($2 AND role = 'ADMIN')
            RETURNING id
        ), audited AS (
            INSERT INTO audit_log (id, actor_id, action, subject_id, created_at)
            SELECT next_message_id(NULL), $3::uuid, 'deactivate', id, clock_timestamp()
            FROM closed WHERE $3::uuid IS NOT NULL
        ), links AS (
            DELETE FROM account_links USING closed WHERE user_id = closed.id AND kind = 'reset'
        ), ended AS (
            UPDATE sessions SET ended_at = now(), end_reason = 'deactivated'
            FROM closed
            WHERE sessions.user_id = closed.id AND ended_at IS NULL
            RETURNING sessions.id AS session_id, sessions.user_id
        )
        SELECT ended.session_id FROM closed LEFT JOIN ended ON ended.user_id = closed.id
        """)

    /// Activates a deactivated or suspended account.
    /// - Parameter actor: The administrator who does it, for the audit log.
    /// - Returns: False if it was active, or does not exist.
    package func activate(_ user: UserID, by actor: UserID? = nil) async throws(PostgresError) -> Bool {
        try await !database.write(Self.activate, [.id(user), actor.map { .id($0) } ?? .null]).isEmpty
    }

    private static let activate = Statement(
        "activate_account",
        """
        WITH opened AS (
            UPDATE accounts SET is_active = true, suspended_until = NULL, updated_at = now()
            WHERE id = $1 AND NOT is_active AND deleted_at IS NULL
            RETURNING id
        )
        SELECT record_audit($2, 'activate', NULL, id, NULL, NULL) FROM opened
        """)

    /// Marks an account as deleted: its name and address are free, its logins are deleted, its sessions end without a
    /// trace of the client. The job deletes the rest, and other services are told. The unique columns get values that
    /// no user can take: without an `@` it is no address, and with 44 characters no user name.
    /// - Returns: The sessions that ended; nil if there is no such account.
    package func delete(_ user: UserID, enqueuing job: OutboxJob) async throws(PostgresError) -> [SessionID]? {
        let event = DomainEvent.userDeleted(user)
        return try Self.ended(
            try await database.write(Self.delete, [.id(user), .json(job.records), .json(event.record)]))
    }

    private static let delete = Statement("delete_account", "SELECT close_account($1, $2, $3)")

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
        "remove_files_of_deleted_account", "SELECT removed, remaining FROM remove_account_files($1, $2, $3)")

    /// Removes a deleted account as the actor of some of the notifications of others, and deletes those that are hidden
    /// without it. Skips rows that another statement has locked.
    /// - Returns: How many were changed or deleted.
    package func forgetActor(_ user: UserID, limit: Int = 500) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.forgetActor, [.id(user), .integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let forgetActor = Statement(
        "forget_actor_of_notifications",
        """
        WITH chosen AS MATERIALIZED (
            SELECT id, obsolescence FROM notifications WHERE actor_id = $1 LIMIT $2 FOR UPDATE SKIP LOCKED
        ), deleted AS (
            DELETE FROM notifications WHERE id IN (SELECT id FROM chosen WHERE obsolescence IS NOT NULL)
        ), changed AS (
            UPDATE notifications SET actor_id = NULL WHERE id IN (SELECT id FROM chosen WHERE obsolescence IS NULL)
        )
        SELECT count(*) FROM chosen
        """)

    /// Deletes the row of a deleted account, and finishes the job.
    /// - Returns: False if files, uploads, friendships, conversations or notifications by the account are left: then
    ///   nothing happens.
    package func removeDeleted(_ user: UserID, job: JobID) async throws(PostgresError) -> Bool {
        guard var row = try await database.write(Self.removeDeleted, [.id(user), .id(job)]).first else { return false }
        return try row.bool()
    }

    private static let removeDeleted = Statement("remove_deleted_account", "SELECT delete_closed_account($1, $2)")
}
