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
        // Null while the summary is invalid: then the page is read again.
        unread = try row.optionalInt() ?? 0
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

/// The inboxes of users as lists of groups (the table `notification_groups`). The rows have summaries of what is shown
/// of each group; a page computes those again that changes have made invalid (`inbox_changes`). Loop-confined, like its
/// database.
package struct GroupedInbox: Sendable {
    /// Unread groups are counted up to this number.
    package static let mostUnread = 100
    /// What changes while summaries are computed makes some invalid again. An inbox that changes that often shows a
    /// group of which a notification comes at this moment without it.
    private static let mostRefreshes = 4

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
        let values: [PostgresValue] = [
            .id(user), .timestamp(Timestamp(microseconds: cursor.newestAt)), .uuid(cursor.group.high, cursor.group.low),
            .integer(limit + 1), .integer(offset),
        ]
        let statement = offset == 0 ? Self.page : Self.laterPage
        var read = try ReadPage(try await database.read(statement, values))
        for _ in 0..<Self.mostRefreshes where read.isInvalid {
            try await refresh(user)
            read = try ReadPage(try await database.read(statement, values))
        }
        if read.unread == nil { read.unread = try await countUnread(of: user).count }
        return NotificationGroupPage(
            groups: Array(read.groups.prefix(limit)), hasMore: read.groups.count > limit, unread: read.unread ?? 0,
            language: read.language)
    }

    /// The rows of a page.
    private struct ReadPage {
        var groups: [NotificationGroup] = []
        var language = Language.english
        /// Whether a summary of the user's groups is invalid.
        var isInvalid = false
        /// The number of unread groups; nil if another statement must count them.
        var unread: Int?

        init(_ rows: Rows) throws(PostgresError) {
            var (looked, ofPosts) = (0, 0)
            for var row in rows {
                language = Language(rawValue: try row.text()) ?? .english
                isInvalid = try row.bool()
                (looked, ofPosts) = (try row.int(), try row.int())
                // The row of a page without entries has these alone.
                guard try row.bool() else { continue }
                let needsPost = try row.bool()
                let group = try NotificationGroup(&row)
                // The user sees its post.
                if needsPost && group.unread > 0 { ofPosts -= 1 }
                groups.append(group)
            }
            if ofPosts == 0 && looked < GroupedInbox.mostUnread { unread = looked }
            if looked - ofPosts >= GroupedInbox.mostUnread { unread = GroupedInbox.mostUnread }
        }
    }

    // A group that needs its post is asked for it when it is listed. Of those on other pages, `unread(of:)` asks.
    // Changes are looked up in the order of their key: if most of them are one user's, the planner else takes the first
    // that it finds, and reads all of them for every other user.
    private static let pageText: StaticString = """
        SELECT reader.language, counted.*, entry.newest_id IS NOT NULL, entry.*
        FROM (SELECT language FROM accounts WHERE id = $1) AS reader CROSS JOIN (
            SELECT bool_or(unread IS NULL) IS TRUE
                       OR (SELECT id FROM inbox_changes WHERE user_id = $1 ORDER BY id LIMIT 1) IS NOT NULL AS is_invalid,
                   count(*) AS looked, count(*) FILTER (WHERE needs_post) AS of_posts
            FROM (
                SELECT unread, needs_post FROM notification_groups
                WHERE user_id = $1 AND (unread IS NULL OR unread > 0)
                ORDER BY unread NULLS FIRST LIMIT 100
            ) AS few
        ) AS counted LEFT JOIN LATERAL (
            SELECT needs_post, newest_at, group_id, newest_id, kind, entity_id, title, body, listed.created_at, read_at,
                   actors, unread, card.user_id IS NOT NULL, card.user_id AS actor_id, username, first_name, last_name,
                   avatar_media_id, avatar_url
            FROM notification_groups AS listed LEFT JOIN LATERAL (
                SELECT * FROM user_cards WHERE user_id = listed.actor_id LIMIT 1
            ) AS card ON true
            WHERE listed.user_id = $1 AND (newest_at, group_id) < ($2, $3) AND newest_id IS NOT NULL
              AND (NOT needs_post
                   OR (SELECT EXISTS (SELECT FROM visible_posts($1) AS seen WHERE seen.id = listed.group_id)))
            ORDER BY newest_at DESC, group_id DESC OFFSET $5 LIMIT $4
        ) AS entry ON true
        """
    private static let page = Statement("page_of_notification_groups", pageText)
    /// On the long connection: every group that is skipped is read.
    private static let laterPage = Statement("later_page_of_notification_groups", pageText, isLong: true)

    /// Returns how many groups of a user have unread notifications, at most ``mostUnread``.
    package func unread(of user: UserID) async throws(PostgresError) -> Int {
        var counted = try await countUnread(of: user)
        for _ in 0..<Self.mostRefreshes where counted.isInvalid {
            try await refresh(user)
            counted = try await countUnread(of: user)
        }
        return counted.count
    }

    private func countUnread(of user: UserID) async throws(PostgresError) -> (isInvalid: Bool, count: Int) {
        guard var row = try await database.read(Self.unread, [.id(user), .integer(Self.mostUnread)]).first else {
            return (false, 0)
        }
        return (try row.bool(), try row.int())
    }

    private static let unread = Statement(
        "count_unread_groups",
        """
        SELECT bool_or(unread IS NULL) IS TRUE
                   OR (SELECT id FROM inbox_changes WHERE user_id = $1 ORDER BY id LIMIT 1) IS NOT NULL,
               count(*)
        FROM (
            SELECT unread FROM notification_groups AS listed
            WHERE user_id = $1 AND (unread IS NULL OR unread > 0)
              AND (unread IS NULL OR NOT needs_post
                   OR (SELECT EXISTS (SELECT FROM visible_posts($1) AS seen WHERE seen.id = listed.group_id)))
            ORDER BY unread NULLS FIRST LIMIT $2
        ) AS counted
        """)

    /// Computes invalid summaries of a user's groups.
    private func refresh(_ user: UserID) async throws(PostgresError) {
        _ = try await database.write(Self.refresh, [.id(user), .integer(NotificationGroup.mostCounted)])
    }

    private static let refresh = Statement("refresh_inbox", "SELECT refresh_inbox($1, $2::integer)", isLong: true)

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
