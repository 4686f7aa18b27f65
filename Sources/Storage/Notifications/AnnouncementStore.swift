package import Domain
package import Postgres

/// Announcements to all users. Loop-confined, like its database.
package struct AnnouncementStore: Sendable {
    private let database: Database
    private let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    /// Creates an announcement and enqueues the job that sends it.
    /// - Returns: False if the author's account is closed.
    package func create(
        _ id: AnnouncementID, title: String, body: String, by author: UserID, enqueuing job: OutboxJob
    ) async throws(PostgresError) -> Bool {
        try await database.write(
            Self.create, [.id(id), .id(author), .text(title), .text(body), .json(job.records)]
        ).affected > 0
    }

    private static let create = Statement(
        "create_announcement",
        """
        WITH author AS (
            SELECT id FROM accounts WHERE id = $2 AND is_active FOR KEY SHARE
        ), created AS (
            INSERT INTO announcements (id, author_id, title, body) SELECT $1, id, $3, $4 FROM author
        ), audited AS (
            INSERT INTO audit_log (id, actor_id, action, details, created_at)
            SELECT next_message_id(NULL), id, 'announce', jsonb_build_object('announcementId', $1::uuid),
                   clock_timestamp()
            FROM author
        )
        INSERT INTO outbox SELECT job.* FROM author, outbox_rows($5) AS job
        """)

    /// Creates an announcement and enqueues the job that sends it, once for the key.
    package func create(
        _ id: AnnouncementID, title: String, body: String, by author: UserID, enqueuing job: OutboxJob,
        under key: RequestKey
    ) async throws(PostgresError) -> Creation<AnnouncementID> {
        try Creation(
            await database.write(
                Self.createOnce,
                [.id(id), .id(author), .text(title), .text(body), .json(job.records)] + RequestKey?(key).values))
    }

    private static let createOnce = Statement(
        "create_keyed_announcement",
        "SELECT outcome, id FROM create_keyed_announcement($1, $2, $3, $4, $5, $6, $7)")

    /// Returns a page of the active users, in the order of their ids.
    package func receivers(after last: UserID?, limit: Int = 1_000) async throws(PostgresError) -> [UserID] {
        var users: [UserID] = []
        let first = last ?? UserID(Identifier(high: 0, low: 0))
        for var row in try await database.read(Self.receivers, [.id(first), .integer(limit)]) {
            users.append(try row.id(UserID.self))
        }
        return users
    }

    private static let receivers = Statement(
        "announcement_receivers", "SELECT id FROM accounts WHERE id > $1 AND is_active ORDER BY id LIMIT $2")

    /// Puts an announcement into the inboxes of these users, once, and finishes the job.
    /// - Parameters:
    ///   - users: At most a hundred: what else is an event of theirs waits for the commit.
    ///   - job: Nil if it has further users.
    /// - Returns: How many users did not have it yet.
    package func deliver(
        _ id: AnnouncementID, to users: [UserID], finishing job: JobID?
    ) async throws(PostgresError) -> Int {
        let ids = users.map { ($0.identifier.high, $0.identifier.low) }
        let rows = try await database.write(
            Self.deliver,
            [
                job.map { .id($0) } ?? .null, .id(id), .text(NotificationKind.announcement.rawValue), .uuids(ids),
            ])
        guard var row = rows.first else { return 0 }
        let count = try row.int()
        try events.take(&row)
        return count
    }

    private static let deliver = Statement(
        "deliver_announcement", "SELECT deliver_announcement($1, $2, $3, $4), appended_events()")
}
