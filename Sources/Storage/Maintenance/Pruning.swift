import Chassis
package import Domain
package import Postgres

/// Deletes expired rows, a bounded number at a time. Loop-confined, like its database.
package struct Pruning: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    // MARK: Jobs

    /// Deletes ended jobs whose retention is over.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeJobs(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeJobs, [.integer(limit)]).affected
    }

    /// The state is a condition too: a job that an operator has retried is kept.
    private static let removeJobs = Statement(
        "prune_jobs",
        """
        DELETE FROM outbox
        WHERE id IN (
            SELECT id FROM outbox
            WHERE keep_until <= now() AND state IN ('done', 'dead', 'cancelled')
            ORDER BY keep_until
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        )
        """)

    /// Deletes scheduled runs of more than a day ago, but never the newest of a name, from which missed runs are
    /// counted.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeScheduledRuns(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeScheduledRuns, [.integer(limit)]).affected
    }

    private static let removeScheduledRuns = Statement(
        "prune_scheduled_runs",
        """
        DELETE FROM ticks
        WHERE (name, due_at) IN (
            SELECT name, due_at FROM ticks AS old
            WHERE due_at < now() - interval '1 day'
              AND EXISTS (SELECT FROM ticks AS newer WHERE newer.name = old.name AND newer.due_at > old.due_at)
            LIMIT $1
        )
        """)

    // MARK: E-mail tokens, nonces and sources of logins

    /// Deletes expired e-mail tokens.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeEmailTokens(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeEmailTokens, [.integer(limit)]).affected
    }

    private static let removeEmailTokens = Statement(
        "prune_email_tokens",
        """
        DELETE FROM account_links
        WHERE id IN (SELECT id FROM account_links WHERE expires_at <= now() LIMIT $1)
        """)

    /// Deletes expired nonces.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeNonces(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeNonces, [.integer(limit)]).affected
    }

    private static let removeNonces = Statement(
        "prune_nonces",
        """
        DELETE FROM used_nonces
        WHERE nonce IN (SELECT nonce FROM used_nonces WHERE expires_at <= now() LIMIT $1)
        """)

    /// Deletes sources of logins of more than thirty days ago.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeLoginSources(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeLoginSources, [.integer(limit)]).affected
    }

    private static let removeLoginSources = Statement(
        "prune_login_sources",
        """
        DELETE FROM login_sources
        WHERE (user_id, address) IN (
            SELECT user_id, address FROM login_sources WHERE last_login_at <= now() - interval '30 days' LIMIT $1
        ) AND last_login_at <= now() - interval '30 days'
        """)

    // MARK: Notifications

    /// Deletes notifications that are hidden for good: whose post or comment was deleted; and those whose like, follow
    /// or mention has ended, when they are a month old: until then a user who likes a post again does not notify again.
    /// Reads the notifications in the order of their ids.
    /// - Parameters:
    ///   - last: The last id of the page before; nil for the first page.
    ///   - limit: How many notifications are read.
    /// - Returns: How many were deleted, and the last id of the page; nil after the last page.
    package func removeNotifications(
        after last: NotificationID?, limit: Int = 1_000
    ) async throws(PostgresError) -> (count: Int, last: NotificationID?) {
        let rows = try await database.write(
            Self.removeNotifications, [.id(last ?? NotificationID(Identifier(high: 0, low: 0))), .integer(limit)])
        guard var row = rows.first else { return (0, nil) }
        let seen = try row.int()
        let count = try row.int()
        let notification = try row.id(NotificationID.self)
        return (count, seen == limit ? notification : nil)
    }

    private static let removeNotifications = Statement(
        "prune_notifications",
        """
        WITH page AS MATERIALIZED (
            SELECT id FROM notifications WHERE id > $1 ORDER BY id LIMIT $2
        ), ended AS MATERIALIZED (
            SELECT id FROM notifications
            WHERE id = ANY (ARRAY(SELECT id FROM page)) AND obsolescence IS NOT NULL
              AND is_cause_gone(obsolescence, user_id, actor_id, entity_id, created_at)
            FOR UPDATE SKIP LOCKED
        ), removed AS (
            DELETE FROM notifications WHERE id IN (SELECT id FROM ended) RETURNING id
        )
        SELECT (SELECT count(*) FROM page), (SELECT count(*) FROM removed), id
        FROM page
        ORDER BY id DESC
        LIMIT 1
        """)

    /// Deletes groups of which no notification is left, unless one came within the last hour: a notification that is
    /// created meanwhile renews the time of its group, and the row is then compared again.
    /// Reads the groups in the order of their keys.
    /// - Parameters:
    ///   - last: The last group of the page before; nil for the first page.
    ///   - limit: How many groups are read.
    /// - Returns: The last group of the page; nil after the last page.
    package func removeNotificationGroups(
        after last: NotificationGroupKey?, limit: Int = 1_000
    ) async throws(PostgresError) -> NotificationGroupKey? {
        let rows = try await database.write(
            Self.removeNotificationGroups,
            [
                .id(last?.user ?? UserID(Identifier(high: 0, low: 0))),
                .id(last?.group ?? NotificationID(Identifier(high: 0, low: 0))), .text(last?.kind ?? ""),
                .integer(limit),
            ])
        guard var row = rows.first, try row.int() == limit else { return nil }
        return NotificationGroupKey(
            user: try row.id(UserID.self), group: try row.id(NotificationID.self), kind: try row.text())
    }

    private static let removeNotificationGroups = Statement(
        "prune_notification_groups",
        """
        WITH page AS MATERIALIZED (
            SELECT user_id, group_id, kind FROM notification_groups
            WHERE (user_id, group_id, kind) > ($1, $2, $3)
            ORDER BY user_id, group_id, kind LIMIT $4
        ), removed AS (
            DELETE FROM notification_groups AS listed USING page
            WHERE listed.user_id = page.user_id AND listed.group_id = page.group_id AND listed.kind = page.kind
              AND listed.newest_at < now() - interval '1 hour'
              AND NOT EXISTS (
                  SELECT FROM notifications
                  WHERE notifications.user_id = page.user_id AND notifications.group_id = page.group_id
                    AND notifications.kind = page.kind)
        )
        SELECT (SELECT count(*) FROM page), user_id, group_id, kind
        FROM page
        ORDER BY user_id DESC, group_id DESC, kind DESC
        LIMIT 1
        """)

    /// Applies the changes of inboxes whose users have not read them since, so that there is at most one for each
    /// group of theirs. Reads the users in the order of their ids.
    /// - Parameters:
    ///   - last: The last user of the page before; nil for the first page.
    ///   - limit: How many users are read.
    /// - Returns: The last user of the page; nil after the last page.
    package func applyInboxChanges(after last: UserID?, limit: Int = 200) async throws(PostgresError) -> UserID? {
        let rows = try await database.write(
            Self.applyInboxChanges, [.id(last ?? UserID(Identifier(high: 0, low: 0))), .integer(limit)])
        guard var row = rows.first, try row.int() == limit else { return nil }
        return try row.id(UserID.self)
    }

    private static let applyInboxChanges = Statement(
        "apply_inbox_changes",
        """
        WITH RECURSIVE reader AS (
            (SELECT user_id, 1 AS place FROM inbox_changes WHERE user_id > $1 ORDER BY user_id LIMIT 1)
            UNION ALL
            SELECT next.user_id, place + 1
            FROM reader CROSS JOIN LATERAL (
                SELECT user_id FROM inbox_changes WHERE inbox_changes.user_id > reader.user_id ORDER BY user_id LIMIT 1
            ) AS next
            WHERE place < $2
        ), applied AS MATERIALIZED (
            SELECT user_id, place, apply_inbox_changes(user_id) FROM reader
        )
        SELECT place, user_id FROM applied ORDER BY place DESC LIMIT 1
        """)

    // MARK: Sessions

    /// Deletes sessions that ended or expired long ago. None is needed by then: an access token lives for minutes and
    /// the last refresh token of a session as long as the session; a token of a session without a row is refused like
    /// one of an ended session. Until then the rows show where a user logged in.
    ///
    /// Reads the sessions in the order of their ids, which is that of their creation, and only as far as one can be old
    /// enough.
    /// - Parameters:
    ///   - last: The last id of the page before; nil for the first page.
    ///   - days: The days since the session ended or expired.
    ///   - limit: How many sessions are read.
    /// - Returns: How many were deleted, and the last id of the page; nil after the last page.
    package func removeSessions(
        after last: SessionID?, endedForDays days: Int = 30, limit: Int = 1_000
    ) async throws(PostgresError) -> (count: Int, last: SessionID?) {
        let youngest = Identifier(high: UInt64(Timestamp.now.unixMilliseconds - days * 86_400_000) << 16, low: 0)
        let rows = try await database.write(
            Self.removeSessions,
            [
                .id(last ?? SessionID(Identifier(high: 0, low: 0))), .id(SessionID(youngest)), .integer(days),
                .integer(limit),
            ])
        guard var row = rows.first else { return (0, nil) }
        let seen = try row.int()
        let count = try row.int()
        let session = try row.id(SessionID.self)
        return (count, seen == limit ? session : nil)
    }

    private static let removeSessions = Statement(
        "prune_sessions",
        """
        WITH page AS (
            SELECT id FROM sessions
            WHERE id > $1 AND id < $2
            ORDER BY id
            LIMIT $4
        ), removed AS (
            DELETE FROM sessions
            USING page
            WHERE sessions.id = page.id
              AND least(sessions.ended_at, sessions.expires_at) < now() - $3 * interval '1 day'
            RETURNING sessions.id
        )
        SELECT (SELECT count(*) FROM page), (SELECT count(*) FROM removed), id
        FROM page
        ORDER BY id DESC
        LIMIT 1
        """)
}

/// The key of a group of notifications.
package struct NotificationGroupKey: Sendable {
    fileprivate let user: UserID
    fileprivate let group: NotificationID
    fileprivate let kind: String
}
