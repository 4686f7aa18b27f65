package import Chassis
package import Domain
package import Postgres

/// A user sharing a post.
package struct PostShare: Sendable {
    package let id: ShareID
    package let createdAt: Timestamp
    package let user: UserCard
}

/// Stores which users share which posts. Loop-confined, like its database.
package struct ShareStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Shares a post and counts it.
    /// - Returns: Nil, or the refusal: `post_not_found`, `post_not_public`, `post_already_shared`, `token_invalid`.
    package func share(_ post: PostID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(Self.share, [.id(post), .id(user)])
    }

    private static let share = Statement("share_post", "SELECT share_post($1, $2)")

    /// Ends a share and counts it.
    /// - Returns: Nil, or the refusal: `post_not_found`, `post_not_shared`.
    package func unshare(_ post: PostID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(Self.unshare, [.id(post), .id(user)])
    }

    private static let unshare = Statement("unshare_post", "SELECT unshare_post($1, $2)")

    /// Returns a page of the users who share a post and whom the viewer may see, the last first, and how many share it;
    /// nil if the viewer does not see the post.
    /// - Parameter viewer: Nil for a reader without a login.
    package func page(
        of post: PostID, at position: PagePosition<ShareID>, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> (shares: [PostShare], total: Int)? {
        let rows = try await database.read(
            Self.ofPost, [viewer.map { .id($0) } ?? .null] + position.values + [.integer(limit), .id(post)])
        var total: Int?
        var shares: [PostShare] = []
        for var row in rows {
            total = try row.int()
            // The row of a page without entries has the total alone.
            guard let id = try row.optionalID(ShareID.self) else { continue }
            shares.append(PostShare(id: id, createdAt: try row.timestamp(), user: try UserCard(&row)))
        }
        return total.map { (shares, $0) }
    }

    private static let ofPost = Statement(
        "page_of_shares",
        """
        SELECT post.shares_count, entry.*
        FROM visible_posts($1) AS post LEFT JOIN LATERAL (
            SELECT shares.id, shares.created_at, card.user_id, card.username, card.first_name, card.last_name,
                   card.avatar_media_id, card.avatar_url
            FROM shares CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = shares.user_id LIMIT 1) AS card
            WHERE shares.post_id = post.id AND shares.id < $2 AND card.is_active
              AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = shares.user_id)
            ORDER BY shares.id DESC OFFSET $3 LIMIT $4
        ) AS entry ON true
        WHERE post.id = $5
        """)

    /// Returns a page of the posts that a user shares and the viewer sees, the last share first; of a private profile
    /// whose details the viewer does not see, nothing. Nil if there is no such user, or the two see nothing of each
    /// other.
    /// - Parameters:
    ///   - last: Only older shares; nil for the newest.
    ///   - viewer: Nil for a reader without a login.
    package func posts(
        of user: UserID, after last: ShareID?, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> PostList<ShareID>? {
        let rows = try await database.read(
            Self.ofUser,
            [
                viewer.map { .id($0) } ?? .null, .id(user), .id(last ?? ShareID(Identifier(high: .max, low: .max))),
                .integer(limit + 1),
            ])
        return rows.isEmpty ? nil : try PostList(rows, limit: limit)
    }

    // Looks at a thousand shares at most, however few of their posts the viewer sees.
    private static let ofUser = Statement(
        "page_of_shared_posts",
        """
        SELECT entry.*
        FROM (
            SELECT sees_details($1, user_id, is_private) AS shows_details FROM user_cards
            WHERE user_id = $2 AND is_active
              AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = user_id)
        ) AS profile LEFT JOIN LATERAL (
            SELECT share.id AS share_id, share.created_at AS shared_at, share.number = 1000 AS is_last,
                   post.id IS NOT NULL AS is_visible,
                   (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)) AS is_liked, post.*
            FROM (
                SELECT id, post_id, created_at, row_number() OVER (ORDER BY id DESC) AS number FROM shares
                WHERE user_id = $2 AND id < $3
                ORDER BY id DESC LIMIT 1000
            ) AS share
                LEFT JOIN LATERAL (
                    SELECT * FROM visible_posts($1) AS seen WHERE seen.id = share.post_id LIMIT 1
                ) AS post ON true
            WHERE post.id IS NOT NULL OR share.number = 1000
            ORDER BY share.id DESC LIMIT $4
        ) AS entry ON shows_details
        """)

    /// Ends some of the shares of a deleted account, and counts them.
    /// - Returns: How many ended; 0 if none are left.
    package func removeSome(of user: UserID, limit: Int = 200) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user), .integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let removeSome = Statement("remove_some_shares", "SELECT remove_some_shares($1, $2::integer)")
}

extension Database {
    /// Runs a statement whose only column is null, or the code of a refusal.
    func refusal(
        _ statement: Statement, _ values: [PostgresValue]
    ) async throws(PostgresError) -> DomainError.Code? {
        guard var row = try await write(statement, values).first else {
            throw .unexpectedResult("a write has no outcome")
        }
        guard let text = try row.optionalText() else { return nil }
        guard let code = DomainError.Code(rawValue: text) else {
            throw .unexpectedResult("\(text) is no outcome of a write")
        }
        return code
    }
}
