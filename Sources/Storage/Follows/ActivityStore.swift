package import Chassis
package import Domain
package import Postgres

/// Something that a followed user did.
package struct Activity: Sendable, Equatable {
    package enum Action: String, Sendable {
        case trackPublished = "track_published"
        case profileUpdated = "profile_updated"
    }

    package let id: ActivityID
    package let user: UserID
    package let username: String
    package let avatar: Avatar?
    package let action: Action
    package let track: MediaID?
    package let trackTitle: String?
    package let createdAt: Timestamp
}

/// An activity that a statement records, and the job that adds it to timelines. The job names it by a provisional id:
/// the statement makes the real one (`add_activity`).
package struct NewActivity: Sendable {
    package let provisionalID: ActivityID
    package let push: OutboxJob

    package init(provisionalID: ActivityID, push: OutboxJob) {
        self.provisionalID = provisionalID
        self.push = push
    }
}

/// Reads what followed users did. A reader sees the activities of the users whom they follow, unless that follow is
/// hidden, one of the two blocks the other, or the account is not active. So of a private profile only followers see
/// them. Loop-confined, like its database.
///
/// The joins are LATERAL with a limit, so that a plan that was made while the tables were empty looks rows up by their
/// keys too.
package struct ActivityStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns those of the activities that the reader sees, the newest first. Costs a few look-ups for each of them,
    /// however many users the reader follows.
    package func visible(
        among activities: [Identifier], to reader: UserID, limit: Int
    ) async throws(PostgresError) -> [Activity] {
        try Self.activities(
            try await database.read(
                Self.among, [.id(reader), .uuids(activities.map { ($0.high, $0.low) }), .integer(limit)]))
    }

    // Each author is looked up once, not once for each activity [230 µs against 350 for fifty of twenty authors].
    private static let among = Statement(
        "activities_among",
        """
        WITH found AS MATERIALIZED (
            SELECT activity.*
            FROM unnest($2::uuid[]) AS candidate(id)
                CROSS JOIN LATERAL (SELECT * FROM activities WHERE activities.id = candidate.id LIMIT 1) AS activity
        ), authors AS MATERIALIZED (
            SELECT listed.id, username, avatar_media_id, avatar_url
            FROM (SELECT DISTINCT actor_id FROM found) AS author
                CROSS JOIN LATERAL (
                    SELECT accounts.id, username, avatar_media_id, avatar_url, is_active
                    FROM accounts JOIN profiles ON user_id = accounts.id
                    WHERE accounts.id = author.actor_id LIMIT 1
                ) AS listed
            WHERE is_active
              AND (SELECT NOT is_hidden AND NOT is_muted FROM follows
                   WHERE follower_id = $1 AND following_id = author.actor_id)
              AND author.actor_id NOT IN (SELECT hidden_id FROM hidden_users WHERE viewer_id = $1)
        )
        SELECT id, actor_id, username, avatar_media_id, avatar_url, action, media_id,
               (SELECT title FROM media WHERE media.id = media_id), created_at
        FROM (
            SELECT found.id, actor_id, username, avatar_media_id, avatar_url, action, media_id, created_at
            FROM found JOIN authors ON authors.id = actor_id
            ORDER BY found.id DESC LIMIT $3
        ) AS newest
        ORDER BY id DESC
        """)

    /// Returns the newest activities that the reader sees, the newest first. Its cost grows with the followed users.
    /// - Parameter last: Only older ones; nil for the newest.
    package func visible(
        before last: Identifier?, to reader: UserID, limit: Int
    ) async throws(PostgresError) -> [Activity] {
        let last = last ?? Identifier(high: .max, low: .max)
        return try Self.activities(
            try await database.read(Self.before, [.id(reader), .uuid(last.high, last.low), .integer(limit)]))
    }

    // The newest activities of all are by the authors whose own newest ones are the newest, as many as are wanted: only
    // of these more than one row is read [1,000 followed users: 2.7 ms against 34].
    private static let before = Statement(
        "activities_before",
        """
        WITH authors AS MATERIALIZED (
            SELECT listed.id, username, avatar_media_id, avatar_url
            FROM (
                SELECT following_id, newest.id AS newest_id
                FROM follows
                    CROSS JOIN LATERAL (
                        SELECT id FROM activities WHERE actor_id = following_id AND activities.id < $2
                        ORDER BY activities.id DESC LIMIT 1
                    ) AS newest
                WHERE follower_id = $1 AND NOT is_hidden AND NOT is_muted
                ORDER BY newest.id DESC OFFSET 0
            ) AS followed
                CROSS JOIN LATERAL (
                    SELECT accounts.id, username, avatar_media_id, avatar_url, is_active
                    FROM accounts JOIN profiles ON user_id = accounts.id
                    WHERE accounts.id = following_id LIMIT 1
                ) AS listed
            WHERE is_active
              AND following_id NOT IN (SELECT hidden_id FROM hidden_users WHERE viewer_id = $1)
            ORDER BY newest_id DESC LIMIT $3
        )
        SELECT id, actor_id, username, avatar_media_id, avatar_url, action, media_id,
               (SELECT title FROM media WHERE media.id = media_id), created_at
        FROM (
            SELECT activity.id, actor_id, username, avatar_media_id, avatar_url, action, media_id, created_at
            FROM authors
                CROSS JOIN LATERAL (
                    SELECT * FROM activities WHERE actor_id = authors.id AND activities.id < $2
                    ORDER BY activities.id DESC LIMIT $3
                ) AS activity
            ORDER BY activity.id DESC LIMIT $3
        ) AS newest
        ORDER BY id DESC
        """, isLong: true)

    /// Returns the ids of the newest activities of the users whom a reader follows, the newest first, whether or not
    /// the reader sees them: what a timeline holds, which is checked when it is read.
    package func newest(for reader: UserID, limit: Int) async throws(PostgresError) -> [Identifier] {
        var ids: [Identifier] = []
        for var row in try await database.read(Self.newest, [.id(reader), .integer(limit)]) {
            ids.append(try row.id(ActivityID.self).identifier)
        }
        return ids
    }

    private static let newest = Statement(
        "newest_activities",
        """
        SELECT activity.id
        FROM (
            SELECT following_id
            FROM follows
                CROSS JOIN LATERAL (
                    SELECT id FROM activities WHERE actor_id = following_id ORDER BY activities.id DESC LIMIT 1
                ) AS newest
            WHERE follower_id = $1 AND NOT is_hidden AND NOT is_muted
            ORDER BY newest.id DESC LIMIT $2
        ) AS author
            CROSS JOIN LATERAL (
                SELECT id FROM activities WHERE actor_id = author.following_id ORDER BY activities.id DESC LIMIT $2
            ) AS activity
        ORDER BY activity.id DESC LIMIT $2
        """, isLong: true)

    private static func activities(_ rows: Rows) throws(PostgresError) -> [Activity] {
        var activities: [Activity] = []
        activities.reserveCapacity(rows.count)
        for var row in rows {
            activities.append(
                Activity(
                    id: try row.id(ActivityID.self), user: try row.id(UserID.self), username: try row.text(),
                    avatar: Avatar(upload: try row.optionalID(MediaID.self), address: try row.optionalText()),
                    action: try row.word(Activity.Action.self), track: try row.optionalID(MediaID.self),
                    trackTitle: try row.optionalText(), createdAt: try row.timestamp()))
        }
        return activities
    }
}
