package import Domain
package import Postgres

/// Compares denormalised counters with the rows they count, and reconciles them: of profiles, of posts, and
/// messages of conversations. The definition is in the views `profile_counters`, `post_counters` and
/// `conversation_counters`.
/// Loop-confined, like its database.
package struct CounterAudit: Sendable {
    /// A page of all profiles, in the order of their ids.
    package struct Page: Sendable {
        /// The users whose counters were wrong when they were read.
        package let wrong: [UserID]
        /// The user before the next page; nil after the last page.
        package let last: UserID?
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Compares without locks: one statement sees a row and its counter both or neither.
    /// - Parameter account: The only account to compare; nil for all.
    package func page(
        after last: UserID?, of account: UserID? = nil, limit: Int = 1_000
    ) async throws(PostgresError) -> Page {
        // Bounds instead of conditions, so that a page begins in the index where the one before ended.
        let lowest = UserID(Identifier(high: 0, low: 0))
        let highest = UserID(Identifier(high: .max, low: .max))
        let rows = try await database.read(
            Self.page,
            [.id(last ?? lowest), .id(account ?? lowest), .id(account ?? highest), .integer(limit)])
        var wrong: [UserID] = []
        var user: UserID?
        for var row in rows {
            user = try row.id(UserID.self)
            if try row.bool(), let user { wrong.append(user) }
        }
        return Page(wrong: wrong, last: rows.count == limit ? user : nil)
    }

    private static let page = Statement(
        "audit_counters",
        """
        SELECT user_id,
               (media_count, media_bytes, friends_count, tracks_count, followers_count, following_count, total_plays,
                posts_count, public_posts_count, follower_posts_count)
                   <> (actual_media_count, actual_media_bytes, actual_friends_count, actual_tracks_count,
                       actual_followers_count, actual_following_count, actual_total_plays, actual_posts_count,
                       actual_public_posts_count, actual_follower_posts_count)
               OR EXISTS (
                   SELECT FROM post_counters
                   WHERE author_id = profile_counters.user_id
                     AND (likes_count, comments_count, shares_count)
                         <> (actual_likes_count, actual_comments_count, actual_shares_count))
               OR EXISTS (
                   SELECT FROM conversation_counters
                   WHERE conversation_counters.user_id = profile_counters.user_id
                     AND (unread_count, message_count) <> (actual_unread_count, actual_message_count))
        FROM profile_counters
        WHERE user_id > $1 AND user_id BETWEEN $2 AND $3
        ORDER BY user_id
        LIMIT $4
        """)

    /// Counts again with the rows locked, and corrects what is still wrong.
    /// - Returns: How many users had wrong counters.
    package func correct(_ users: [UserID]) async throws(PostgresError) -> Int {
        try await database.write(
            Self.correct, [.uuids(users.map { ($0.identifier.high, $0.identifier.low) })]
        ).count
    }

    private static let correct = Statement(
        "reconcile_counters", "SELECT DISTINCT reconcile_counters($1::uuid[])")
}
