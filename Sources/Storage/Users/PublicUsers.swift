package import Chassis
package import Domain
package import Postgres

/// A user as SocialPlay shows it to others.
package struct PublicUser: Sendable {
    package let card: UserCard
    /// Nil also if the viewer does not see the details of a private profile.
    package let bio: String?
    /// As the biography.
    package let coverImage: String?
    package let isVerified: Bool
    package let isPrivate: Bool
    package let followersCount: Int
    package let followingCount: Int
    /// The posts that the viewer sees.
    package let postsCount: Int
    package let createdAt: Timestamp
    /// Whether the viewer follows the user.
    package let isFollowing: Bool
}

/// A user in a list, with the biography if the viewer sees the details of the profile.
package struct PublicListEntry: Sendable {
    package let card: UserCard
    package let bio: String?
}

/// Reads users as SocialPlay shows them to others. Loop-confined, like its database.
package struct PublicUsers: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns a user as a viewer sees it; nil if there is none, or the two see nothing of each other.
    /// - Parameter viewer: Nil for a reader without a login.
    package func find(_ user: UserID, for viewer: UserID?) async throws(PostgresError) -> PublicUser? {
        guard var row = try await database.read(Self.find, [viewer.map { .id($0) } ?? .null, .id(user)]).first else {
            return nil
        }
        return PublicUser(
            card: try UserCard(&row), bio: try row.optionalText(), coverImage: try row.optionalText(),
            isVerified: try row.bool(), isPrivate: try row.bool(), followersCount: try row.int(),
            followingCount: try row.int(), postsCount: try row.int(), createdAt: try row.timestamp(),
            isFollowing: try row.bool())
    }

    private static let find = Statement(
        "find_public_user",
        """
        SELECT accounts.id, username, first_name, last_name, avatar_media_id, avatar_url,
               CASE WHEN shows_details THEN bio END, CASE WHEN shows_details THEN cover_image END,
               is_verified, is_private, followers_count, following_count, visible_posts_count($1, profiles),
               accounts.created_at,
               EXISTS (SELECT FROM follows WHERE follower_id = $1 AND following_id = accounts.id)
        FROM accounts JOIN profiles ON user_id = accounts.id
            CROSS JOIN LATERAL (SELECT sees_details($1, accounts.id, is_private) AS shows_details) AS rule
        WHERE accounts.id = $2 AND is_active
          AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = accounts.id)
        """)

    /// Returns users for a list, in the order of the ids, as a viewer sees them.
    package func list(
        _ users: [UserID], for viewer: UserID?
    ) async throws(PostgresError) -> [PublicListEntry] {
        guard !users.isEmpty else { return [] }
        let rows = try await database.read(
            Self.list,
            [
                viewer.map { .id($0) } ?? .null,
                .uuids(users.map { ($0.identifier.high, $0.identifier.low) }),
            ])
        var entries: [PublicListEntry] = []
        entries.reserveCapacity(rows.count)
        for var row in rows {
            entries.append(PublicListEntry(card: try UserCard(&row), bio: try row.optionalText()))
        }
        return entries
    }

    private static let list = Statement(
        "list_public_users",
        """
        SELECT card.user_id, card.username, card.first_name, card.last_name, card.avatar_media_id, card.avatar_url,
               CASE WHEN sees_details($1, card.user_id, card.is_private)
                    THEN (SELECT bio FROM profiles WHERE profiles.user_id = card.user_id) END
        FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted (id, place)
            CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = wanted.id LIMIT 1) AS card
        WHERE card.is_active
        ORDER BY wanted.place
        """)
}
