package import Chassis
package import Domain
package import Postgres

/// Notifications of one kind that are one entry of a list: the likes of one post, the messages of one sender.
package struct NotificationGroup: Sendable {
    /// Counts look at as many of the newest notifications of a group.
    package static let mostCounted = 101

    /// The place behind the group.
    package let cursor: NotificationCursor
    /// The newest notification that the user sees.
    package let id: NotificationID
    package let kind: NotificationKind
    /// The user who caused the newest; nil if there is none.
    package let actor: UserCard?
    package let entity: Identifier?
    package let title: String?
    package let body: String?
    package let createdAt: Timestamp
    /// When the newest was read.
    package let readAt: Timestamp?
    /// Different users who caused them, at most ``mostCounted``.
    package let actors: Int
    /// Unread ones, at most ``mostCounted``.
    package let unread: Int

    fileprivate init(_ row: inout Row) throws(PostgresError) {
        cursor = NotificationCursor(
            newestAt: try row.timestamp().microseconds, group: try row.id(NotificationID.self).identifier)
        id = try row.id(NotificationID.self)
        kind = NotificationKind(rawValue: try row.text())
        entity = try row.optionalUUID().map { Identifier(high: $0.0, low: $0.1) }
        title = try row.optionalText()
        body = try row.optionalText()
        createdAt = try row.timestamp()
        readAt = try row.optionalTimestamp()
        actors = try row.int()
        unread = try row.int()
        actor = try row.bool() ? UserCard(&row) : nil
    }
}

/// A page of a user's groups.
package struct NotificationGroupPage: Sendable {
    /// The newest first.
    package let groups: [NotificationGroup]
    /// Whether groups follow the page.
    package let hasMore: Bool
    /// Groups with unread notifications, on all pages, at most ``GroupedInbox/mostUnread``.
    package let unread: Int
    /// The user's language.
    package let language: Language
}

/// The inboxes of users as lists of groups (the table `notification_groups`). What is shown is asked of the
/// notifications and their causes, as in the view `notification_entries`. Loop-confined, like its database.
package struct GroupedInbox: Sendable {
    /// Unread groups are counted up to this number.
    package static let mostUnread = 100
    /// Unread notifications that a page looks at; if there are more, their groups are counted by another statement.
    private static let fewUnread = 200

    private let database: Database
    private let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    /// Returns a page of a user's groups.
    /// - Parameters:
    ///   - cursor: The page follows it; nil for the newest groups.
    ///   - offset: How many groups to skip.
    package func page(
        of user: UserID, after cursor: NotificationCursor? = nil, offset: Int = 0, limit: Int
    ) async throws(PostgresError) -> NotificationGroupPage {
        let cursor = cursor ?? .first
        let rows = try await database.read(
            offset == 0 ? Self.page : Self.laterPage,
            [
                .id(user), .timestamp(Timestamp(microseconds: cursor.newestAt)),
                .uuid(cursor.group.high, cursor.group.low), .integer(limit + 1), .integer(offset),
                .integer(Self.fewUnread),
            ])
        var groups: [NotificationGroup] = []
        var (language, looked, unread) = (Language.english, 0, 0)
        for var row in rows {
            language = Language(rawValue: try row.text()) ?? .english
            (looked, unread) = (try row.int(), try row.int())
            // The row of a page without entries has these alone.
            if try row.bool() { groups.append(try NotificationGroup(&row)) }
        }
        if looked == Self.fewUnread { unread = try await self.unread(of: user) }
        return NotificationGroupPage(
            groups: Array(groups.prefix(limit)), hasMore: groups.count > limit, unread: min(unread, Self.mostUnread),
            language: language)
    }

    // Blocks are read once, and asked before the causes.
    private static let pageText: StaticString = """
        WITH hidden AS MATERIALIZED (
            SELECT hidden_id FROM hidden_users WHERE viewer_id = $1
        ), unread AS (
            SELECT count(*) AS looked,
                   count(DISTINCT (group_id, kind)) FILTER (
                       WHERE is_current AND (actor_id NOT IN (SELECT hidden_id FROM hidden)) IS NOT FALSE) AS groups
            FROM (
                SELECT group_id, kind, obsolescence, user_id, actor_id, entity_id FROM notifications
                WHERE user_id = $1 AND read_at IS NULL AND group_id IS NOT NULL
                ORDER BY group_id, kind LIMIT $6
            ) AS few LEFT JOIN LATERAL current_cause(obsolescence, user_id, actor_id, entity_id) ON true
        )
        SELECT reader.language, unread.looked, unread.groups, entry.id IS NOT NULL, entry.*
        FROM unread CROSS JOIN (SELECT language FROM accounts WHERE id = $1) AS reader LEFT JOIN LATERAL (
            SELECT listed.newest_at, listed.group_id, newest.id, listed.kind,
                   CASE WHEN newest.entity_id NOT IN (SELECT hidden_id FROM hidden) THEN newest.entity_id END,
                   newest.title, newest.body, newest.created_at, newest.read_at, newest.actors, newest.unread,
                   card.user_id IS NOT NULL, card.user_id AS actor_id, card.username, card.first_name, card.last_name,
                   card.avatar_media_id, card.avatar_url
            FROM notification_groups AS listed CROSS JOIN LATERAL (
                SELECT (array_agg(id))[1] AS id, (array_agg(actor_id))[1] AS actor_id,
                       (array_agg(entity_id))[1] AS entity_id, (array_agg(title))[1] AS title,
                       (array_agg(body))[1] AS body, (array_agg(created_at))[1] AS created_at,
                       (array_agg(read_at))[1] AS read_at, count(DISTINCT actor_id) AS actors,
                       count(*) FILTER (WHERE read_at IS NULL) AS unread
                FROM (
                    SELECT notifications.*
                    FROM notifications CROSS JOIN LATERAL current_cause(obsolescence, user_id, actor_id, entity_id)
                    WHERE user_id = $1 AND group_id = listed.group_id AND kind = listed.kind
                      AND (actor_id NOT IN (SELECT hidden_id FROM hidden)) IS NOT FALSE
                    ORDER BY created_at DESC LIMIT 101
                ) AS shown
                HAVING count(*) > 0
            ) AS newest LEFT JOIN LATERAL (
                SELECT * FROM user_cards WHERE user_id = newest.actor_id LIMIT 1
            ) AS card ON true
            WHERE listed.user_id = $1 AND (listed.newest_at, listed.group_id) < ($2, $3)
            ORDER BY listed.newest_at DESC, listed.group_id DESC OFFSET $5 LIMIT $4
        ) AS entry ON true
        """
    private static let page = Statement("page_of_notification_groups", pageText)
    /// On the long connection: every group that is skipped is asked for what it shows.
    private static let laterPage = Statement("later_page_of_notification_groups", pageText, isLong: true)

    /// Returns how many groups of a user have unread notifications, at most ``mostUnread``.
    package func unread(of user: UserID) async throws(PostgresError) -> Int {
        guard var row = try await database.read(Self.unread, [.id(user), .integer(Self.mostUnread)]).first else {
            return 0
        }
        return try row.int()
    }

    // Goes from group to group, however many notifications each has. Groups end at the limit: PostgreSQL evaluates as
    // much of a recursive query as its parent fetches.
    private static let unread = Statement(
        "count_unread_groups",
        """
        WITH RECURSIVE hidden AS MATERIALIZED (
            SELECT hidden_id FROM hidden_users WHERE viewer_id = $1
        ), candidate AS (
            (SELECT group_id, kind FROM notifications
             WHERE user_id = $1 AND read_at IS NULL AND group_id IS NOT NULL
             ORDER BY group_id, kind LIMIT 1)
            UNION ALL
            SELECT next.group_id, next.kind
            FROM candidate CROSS JOIN LATERAL (
                SELECT group_id, kind FROM notifications
                WHERE user_id = $1 AND read_at IS NULL AND group_id IS NOT NULL
                  AND (group_id, kind) > (candidate.group_id, candidate.kind)
                ORDER BY group_id, kind LIMIT 1
            ) AS next
        )
        SELECT count(*)
        FROM (
            SELECT FROM candidate CROSS JOIN LATERAL (
                SELECT FROM notifications CROSS JOIN LATERAL current_cause(obsolescence, user_id, actor_id, entity_id)
                WHERE user_id = $1 AND group_id = candidate.group_id AND kind = candidate.kind AND read_at IS NULL
                  AND (actor_id NOT IN (SELECT hidden_id FROM hidden)) IS NOT FALSE
                LIMIT 1
            ) AS shown
            LIMIT $2
        ) AS counted
        """, isLong: true)

    /// Marks the notifications of a group as read, up to the given one.
    /// - Returns: When the given one was read; nil if the user sees no such notification.
    package func read(_ id: NotificationID, by user: UserID) async throws(PostgresError) -> Timestamp? {
        guard var row = try await database.write(Self.read, [.id(id), .id(user)]).first else { return nil }
        let time = try row.optionalTimestamp()
        try events.take(&row)
        return time
    }

    private static let read = Statement(
        "read_notification_group", "SELECT read_notification_group($1, $2), appended_events()")

    /// Deletes the notifications of a group, up to the given one.
    /// - Returns: False if the user sees no such notification.
    package func delete(_ id: NotificationID, by user: UserID) async throws(PostgresError) -> Bool {
        guard var row = try await database.write(Self.delete, [.id(id), .id(user)]).first else { return false }
        return try row.bool()
    }

    private static let delete = Statement("delete_notification_group", "SELECT delete_notification_group($1, $2)")
}
