package import Domain
package import Postgres

/// What people are told. Loop-confined, like its database.
package struct NotificationStore: Sendable {
    /// Something to be told.
    package struct New: Sendable {
        package let id: NotificationID
        package let user: UserID
        package let kind: NotificationKind
        package let actor: UserID?
        package let entity: Identifier
        package let title: String?
        /// What tells it from other things: the same one tells a person once.
        package let event: String

        package init(
            id: NotificationID, user: UserID, kind: NotificationKind, actor: UserID?, entity: Identifier,
            title: String?,
            event: String
        ) {
            self.id = id
            self.user = user
            self.kind = kind
            self.actor = actor
            self.entity = entity
            self.title = title
            self.event = event
        }
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    // MARK: Telling

    /// Whether there is still something to tell: both are there and do not block each other, the message is unread, the
    /// request unanswered.
    package func isOfInterest(_ new: New) async throws(PostgresError) -> Bool {
        try await !database.read(
            Self.isOfInterest,
            [
                .id(new.user), new.actor.map { .id($0) } ?? .null, .uuid(new.entity.high, new.entity.low),
                .text(new.kind.rawValue),
            ]
        ).isEmpty
    }

    private static let isOfInterest = Statement(
        "notification_is_of_interest",
        """
        SELECT id FROM accounts
        WHERE id = $1 AND is_active
          AND ($2::uuid IS NULL OR EXISTS (SELECT FROM accounts WHERE id = $2 AND is_active) AND NOT is_blocked($1, $2))
          AND ($4 <> 'new_message' OR EXISTS (SELECT FROM messages WHERE id = $3 AND read_at IS NULL))
          AND ($4 <> 'friend_request' OR EXISTS (SELECT FROM friend_requests WHERE id = $3))
        """)

    /// Writes it into the inbox, with what is promised of it, and ends the job.
    /// - Parameters:
    ///   - push: Nil when they want none.
    ///   - digest: The next mail; nil when they want none.
    /// - Returns: Whether it was new to them, and the jobs that are written now.
    package func tell(
        _ new: New, push: OutboxJob?, digest: OutboxJob?, job: JobID
    ) async throws(PostgresError) -> (isNew: Bool, promised: Set<JobID>) {
        let rows = try await database.write(
            Self.tell,
            [
                .id(job), .id(new.id), .id(new.user), .text(new.kind.rawValue), new.actor.map { .id($0) } ?? .null,
                .uuid(new.entity.high, new.entity.low), .optional(new.title), .text(new.event),
                push.map { .json($0.record) } ?? .null, digest.map { .json($0.record) } ?? .null,
            ])
        guard var row = rows.first else { return (false, []) }
        return (try row.bool(), try row.ids())
    }

    private static let tell = Statement(
        "notify_person",
        """
        SELECT is_new, to_jsonb(promised)
        FROM notify_person($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9, $10)
        """)

    // MARK: The inbox

    /// A page of somebody's inbox, the newest first.
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
        SELECT counted.total, counted.unread, notifications.id IS NOT NULL,
               notifications.id, notifications.user_id, notifications.kind, notifications.actor_id, actor.username,
               notifications.entity_id, notifications.title, notifications.body, notifications.read_at, notifications.created_at
        FROM (
            SELECT count(*) AS total, count(*) FILTER (WHERE read_at IS NULL) AS unread
            FROM notifications WHERE user_id = $1
        ) AS counted LEFT JOIN LATERAL (
            SELECT * FROM notifications WHERE user_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3
        ) AS notifications ON true LEFT JOIN accounts AS actor ON actor.id = notifications.actor_id
        ORDER BY notifications.id DESC
        """)

    /// - Returns: False when there is no such notification of theirs.
    package func read(_ id: NotificationID, by user: UserID) async throws(PostgresError) -> Bool {
        try await database.write(Self.read, [.id(id), .id(user)]).affected > 0
    }

    private static let read = Statement(
        "read_notification",
        "UPDATE notifications SET read_at = coalesce(read_at, now()) WHERE id = $1 AND user_id = $2")

    package func readAll(by user: UserID) async throws(PostgresError) {
        _ = try await database.write(Self.readAll, [.id(user)])
    }

    private static let readAll = Statement(
        "read_all_notifications", "UPDATE notifications SET read_at = now() WHERE user_id = $1 AND read_at IS NULL")

    /// Nil when it is gone.
    package func find(_ id: NotificationID) async throws(PostgresError) -> Notification? {
        guard var row = try await database.read(Self.find, [.id(id)]).first else { return nil }
        return try Notification(&row)
    }

    private static let find = Statement(
        "find_notification",
        """
        SELECT notifications.id, notifications.user_id, notifications.kind, notifications.actor_id, actor.username,
               notifications.entity_id, notifications.title, notifications.body, notifications.read_at, notifications.created_at
        FROM notifications LEFT JOIN accounts AS actor ON actor.id = notifications.actor_id
        WHERE notifications.id = $1
        """)

    // MARK: The next mail

    /// What somebody wants to be mailed and has not read yet, the oldest first.
    package func toMail(_ user: UserID, limit: Int = 100) async throws(PostgresError) -> [Notification] {
        var notifications: [Notification] = []
        for var row in try await database.read(Self.toMail, [.id(user), .integer(limit)]) {
            notifications.append(try Notification(&row))
        }
        return notifications
    }

    private static let toMail = Statement(
        "notifications_to_mail",
        """
        SELECT notifications.id, notifications.user_id, notifications.kind, notifications.actor_id, actor.username,
               notifications.entity_id, notifications.title, notifications.body, notifications.read_at, notifications.created_at
        FROM notifications LEFT JOIN accounts AS actor ON actor.id = notifications.actor_id
        WHERE notifications.user_id = $1 AND wants_email AND emailed_at IS NULL AND read_at IS NULL
        ORDER BY notifications.id
        LIMIT $2
        """)

    /// How long until somebody's quiet hours are over; zero outside of them.
    package func quietDelay(of user: UserID) async throws(PostgresError) -> Duration {
        guard var row = try await database.read(Self.quietDelay, [.id(user)]).first else { return .zero }
        return .milliseconds(try row.int())
    }

    private static let quietDelay = Statement("quiet_delay", "SELECT quiet_delay($1)")

    /// The mail has gone out: ends its job, and promises the next one if something came in meanwhile.
    /// - Returns: Whether it was promised.
    package func finishMail(
        to user: UserID, of notifications: [NotificationID], job: JobID, next: OutboxJob
    ) async throws(PostgresError) -> Bool {
        try await !database.write(
            Self.finishMail,
            [
                .id(job), .id(user), .uuids(notifications.map { ($0.identifier.high, $0.identifier.low) }),
                .json(next.record),
            ]
        ).isEmpty
    }

    private static let finishMail = Statement("finish_digest", "SELECT finish_digest($1, $2, $3, $4)")

    // MARK: Everybody

    /// Says something to everybody: a job tells them.
    package func announce(
        _ id: AnnouncementID, title: String, body: String, by author: UserID, enqueuing job: OutboxJob
    ) async throws(PostgresError) {
        _ = try await database.write(
            Self.announce, [.id(id), .id(author), .text(title), .text(body), .json(job.records)])
    }

    private static let announce = Statement(
        "announce",
        """
        WITH said AS (
            INSERT INTO announcements (id, author_id, title, body) VALUES ($1, $2, $3, $4)
        )
        INSERT INTO outbox SELECT * FROM promised_jobs($5)
        """)

    /// A page of all people, in the order of their ids.
    package func people(after last: UserID?, limit: Int = 1_000) async throws(PostgresError) -> [UserID] {
        var people: [UserID] = []
        let first = last ?? UserID(Identifier(high: 0, low: 0))
        for var row in try await database.read(Self.people, [.id(first), .integer(limit)]) {
            people.append(try row.id(UserID.self))
        }
        return people
    }

    private static let people = Statement(
        "page_of_people", "SELECT id FROM accounts WHERE id > $1 AND is_active ORDER BY id LIMIT $2")

    /// Tells these people, and ends the job.
    /// - Returns: Who did not know it yet.
    package func announce(
        _ id: AnnouncementID, to people: [UserID], job: JobID
    ) async throws(PostgresError) -> [(user: UserID, notification: NotificationID)] {
        let ids = people.map { ($0.identifier.high, $0.identifier.low) }
        var told: [(user: UserID, notification: NotificationID)] = []
        for var row in try await database.write(Self.announceTo, [.id(job), .id(id), .uuids(ids)]) {
            told.append((try row.id(UserID.self), try row.id(NotificationID.self)))
        }
        return told
    }

    private static let announceTo = Statement(
        "announce_to", "SELECT person, notification FROM announce_to($1, $2, $3)")
}
