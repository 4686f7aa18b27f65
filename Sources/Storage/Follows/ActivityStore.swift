package import Chassis
package import Domain
package import Postgres

/// Something that a followed user did.
package struct Activity: Sendable {
    package enum Action: String, Sendable {
        case trackPublished = "track_published"
        case profileUpdated = "profile_updated"
    }

    package let user: UserID
    package let username: String
    package let avatar: Avatar?
    package let action: Action
    package let track: MediaID?
    package let trackTitle: String?
    package let createdAt: Timestamp
}

/// Reads what followed users did. Loop-confined, like its database.
package struct ActivityStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns the newest activities of the users whom a reader follows, the newest first.
    package func feed(of reader: UserID, limit: Int) async throws(PostgresError) -> [Activity] {
        var activities: [Activity] = []
        for var row in try await database.read(Self.feed, [.id(reader), .integer(limit)]) {
            activities.append(
                Activity(
                    user: try row.id(UserID.self), username: try row.text(),
                    avatar: Avatar(upload: try row.optionalID(MediaID.self), address: try row.optionalText()),
                    action: try row.word(Activity.Action.self), track: try row.optionalID(MediaID.self),
                    trackTitle: try row.optionalText(), createdAt: try row.timestamp()))
        }
        return activities
    }

    private static let feed = Statement(
        "activity_feed",
        """
        SELECT user_id, username, avatar_media_id, avatar_url, action, media_id, title, created_at
        FROM activity_feed($1, $2::integer)
        """, isLong: true)
}
