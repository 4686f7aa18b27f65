package import Domain
package import Postgres

/// The inboxes of users, their e-mail digests, and announcements. Loop-confined, like its database.
package struct NotificationStore: Sendable {
    private let database: Database
    private let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    // MARK: Creating

    /// Creates a notification unless it is obsolete or its event was notified before, enqueues its delivery, and
    /// finishes the job; all in one statement.
    /// - Parameters:
    ///   - push: The job that pushes it; nil if the user wants no push. It is not enqueued either if there is neither a
    ///     push service, as ``PushServiceStore`` has recorded, nor a browser of the user, or while one of its
    ///     ``NewNotification/grouping`` is unread.
    ///   - digest: The job that sends the user's next digest; nil if the user wants no e-mail. It is not enqueued
    ///     either if ``NewNotification/hourlyMailLimit`` is reached.
    /// - Returns: The ids of the jobs that were enqueued: the digest is not when one is enqueued already.
    package func create(
        _ new: NewNotification, push: OutboxJob?, digest: OutboxJob?, finishing job: JobID
    ) async throws(PostgresError) -> Set<JobID> {
        let rows = try await database.write(
            Self.create,
            [
                .id(job), .id(new.id), .id(new.user), .text(new.kind.rawValue), new.actor.map { .id($0) } ?? .null,
                .uuid(new.entity.high, new.entity.low), .text(new.obsolescence.rawValue), .optional(new.title),
                .text(new.event), push.map { .json($0.record) } ?? .null, digest.map { .json($0.record) } ?? .null,
                new.hourlyMailLimit.map { .integer($0) } ?? .null, .optional(new.grouping?.rawValue),
            ])
        guard var row = rows.first else { return [] }
        let enqueued: Set<JobID> = try row.ids()
        try events.take(&row)
        return enqueued
    }

    private static let create = Statement(
        "add_notification",
        """
        SELECT to_jsonb(add_notification($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::integer, $13)),
               appended_events()
        """)

    // MARK: Inbox

    /// Returns a page of a user's inbox, newest first. Counts the whole inbox, which has a row for each like of a post.
    package func page(
        of user: UserID, offset: Int, limit: Int
    ) async throws(PostgresError) -> (notifications: [Notification], total: Int, unread: Int) {
        var notifications: [Notification] = []
        var (total, unread) = (0, 0)
        for var row in try await database.read(Self.page, [.id(user), .integer(limit), .integer(offset)]) {
            (total, unread) = (try row.int(), try row.int())
            if try row.bool() { notifications.append(try Notification(&row)) }
        }
        return (notifications, total, unread)
    }

    private static let page = Statement(
        "page_of_notifications",
        """
        SELECT counted.total, counted.unread, id IS NOT NULL, id, user_id, kind, actor_id, actor_name, entity_id, title,
               body, read_at, created_at
        FROM (
            SELECT count(*) AS total, count(*) FILTER (WHERE read_at IS NULL) AS unread
            FROM notification_entries WHERE user_id = $1
        ) AS counted LEFT JOIN LATERAL (
            SELECT * FROM notification_entries WHERE user_id = $1
            ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3
        ) AS entry ON true
        ORDER BY created_at DESC, id DESC
        """, isLong: true)

    /// Marks a notification as read.
    /// - Returns: False if the user has no such notification.
    package func read(_ id: NotificationID, by user: UserID) async throws(PostgresError) -> Bool {
        guard var row = try await database.write(Self.read, [.id(id), .id(user)]).first else { return false }
        let isThere = try row.bool()
        try events.take(&row)
        return isThere
    }

    private static let read = Statement(
        "read_user_notification", "SELECT read_user_notification($1, $2), appended_events()")

    /// Marks the notifications that the user sees as read.
    package func readAll(by user: UserID) async throws(PostgresError) {
        guard var row = try await database.write(Self.readAll, [.id(user)]).first else { return }
        row.skip(1)
        try events.take(&row)
    }

    private static let readAll = Statement(
        "read_all_user_notifications", "SELECT read_all_user_notifications($1), appended_events()")

    // MARK: Delivering

    /// Returns a notification that is to be pushed, with its receiver's language; nil if it was read or deleted, or
    /// is about a user of whom the receiver sees nothing.
    package func unread(
        _ id: NotificationID
    ) async throws(PostgresError) -> (notification: Notification, language: Language)? {
        guard var row = try await database.read(Self.unread, [.id(id)]).first else { return nil }
        let notification = try Notification(&row)
        return (notification, Language(rawValue: try row.text()) ?? .english)
    }

    private static let unread = Statement(
        "unread_notification",
        """
        SELECT entry.id, user_id, kind, actor_id, actor_name, entity_id, title, body, read_at, entry.created_at,
               language
        FROM notification_entries AS entry JOIN accounts AS receiver ON receiver.id = user_id
        WHERE entry.id = $1 AND read_at IS NULL
        """)

    /// Returns a user's unread notifications that no digest has held yet, oldest first.
    package func undigested(_ user: UserID, limit: Int = 100) async throws(PostgresError) -> [Notification] {
        var notifications: [Notification] = []
        for var row in try await database.read(Self.undigested, [.id(user), .integer(limit)]) {
            notifications.append(try Notification(&row))
        }
        return notifications
    }

    private static let undigested = Statement(
        "undigested_notifications",
        """
        SELECT id, user_id, kind, actor_id, actor_name, entity_id, title, body, read_at, created_at
        FROM notification_entries
        WHERE user_id = $1 AND wants_email AND emailed_at IS NULL AND read_at IS NULL
        ORDER BY created_at, id
        LIMIT $2
        """)

    /// Returns the time until a user's quiet hours end; zero outside of them.
    package func quietDelay(of user: UserID) async throws(PostgresError) -> Duration {
        guard var row = try await database.read(Self.quietDelay, [.id(user)]).first else { return .zero }
        return .milliseconds(try row.int())
    }

    private static let quietDelay = Statement("quiet_hours_delay", "SELECT quiet_hours_delay($1)")

    /// Records that a digest was sent and finishes its job; enqueues the next one if notifications came in meanwhile.
    /// - Returns: Whether the next one was enqueued.
    package func finishDigest(
        of notifications: [NotificationID], to user: UserID, finishing job: JobID, next: OutboxJob
    ) async throws(PostgresError) -> Bool {
        try await !database.write(
            Self.finishDigest,
            [
                .id(job), .id(user), .uuids(notifications.map { ($0.identifier.high, $0.identifier.low) }),
                .json(next.record),
            ]
        ).isEmpty
    }

    private static let finishDigest = Statement("finish_user_digest", "SELECT finish_user_digest($1, $2, $3, $4)")
}
