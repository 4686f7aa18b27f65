package import Chassis
package import Domain
package import Postgres

/// Where a page of a list begins, the newest entry first.
package enum PagePosition<ID: EntityID>: Sendable {
    /// Behind as many entries.
    case offset(Int)
    /// Behind an entry, whatever was added since.
    case after(ID)

    /// The parameters of a statement: the id that all others are smaller than, and how many to skip.
    var values: [PostgresValue] {
        switch self {
        case .offset(let count): [.id(ID(Identifier(high: .max, low: .max))), .integer(count)]
        case .after(let id): [.id(id), .integer(0)]
        }
    }
}

extension PostStore {
    /// Returns a post as a viewer sees it; nil if there is none that the viewer sees.
    /// - Parameter viewer: Nil for a reader without a login.
    package func find(_ post: PostID, for viewer: UserID?) async throws(PostgresError) -> Post? {
        guard var row = try await database.read(Self.find, [viewer.map { .id($0) } ?? .null, .id(post)]).first else {
            return nil
        }
        let isBookmarked = try row.bool()
        var found = try Post(&row)
        if viewer != nil { found.isBookmarked = isBookmarked }
        return found
    }

    private static let find = Statement(
        "find_post",
        """
        SELECT (SELECT EXISTS (SELECT FROM bookmarks WHERE user_id = $1 AND post_id = post.id)),
               (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM visible_posts($1) AS post WHERE post.id = $2
        """)

    /// Returns a page of all posts that a viewer sees, the newest first.
    package func page(
        at position: PagePosition<PostID>, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> [Post] {
        try await posts(
            Self.all, [viewer.map { .id($0) } ?? .null] + position.values + [.integer(limit)])
    }

    private static let all = Statement(
        "page_of_posts",
        """
        SELECT (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM visible_posts($1) AS post
        WHERE post.id < $2 ORDER BY post.id DESC OFFSET $3 LIMIT $4
        """)

    /// Returns a page of the posts of an author that a viewer sees, the newest first.
    package func page(
        of author: UserID, at position: PagePosition<PostID>, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> [Post] {
        try await posts(
            Self.ofAuthor, [viewer.map { .id($0) } ?? .null] + position.values + [.integer(limit), .id(author)])
    }

    private static let ofAuthor = Statement(
        "page_of_authors_posts",
        """
        SELECT (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM visible_posts($1) AS post
        WHERE post.author_id = $5 AND post.id < $2 ORDER BY post.id DESC OFFSET $3 LIMIT $4
        """)

    private func posts(_ statement: Statement, _ values: [PostgresValue]) async throws(PostgresError) -> [Post] {
        let rows = try await database.read(statement, values)
        var posts: [Post] = []
        posts.reserveCapacity(rows.count)
        for var row in rows { posts.append(try Post(&row)) }
        return posts
    }

    /// Returns how many posts of an author a viewer sees, from the counters of the profile.
    /// - Returns: Nil if there is no such author, or the two users see nothing of each other.
    package func count(of author: UserID, for viewer: UserID?) async throws(PostgresError) -> Int? {
        guard
            var row = try await database.read(Self.count, [viewer.map { .id($0) } ?? .null, .id(author)]).first
        else { return nil }
        return try row.int()
    }

    private static let count = Statement(
        "count_authors_posts",
        """
        SELECT visible_posts_count($1, profiles)
        FROM profiles JOIN accounts ON id = user_id
        WHERE user_id = $2 AND is_active
          AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = user_id)
        """)

    /// Returns how many posts a reader without a login sees. Reads one row of each user: for callers that keep it.
    package func countPublic() async throws(PostgresError) -> Int {
        guard var row = try await database.read(Self.countPublic).first else { return 0 }
        return try row.int()
    }

    private static let countPublic = Statement(
        "count_public_posts",
        """
        SELECT coalesce(sum(public_posts_count), 0)::bigint FROM profiles JOIN accounts ON id = user_id
        WHERE is_active AND NOT is_private AND public_posts_count > 0
        """, isLong: true)

    /// Returns a page of the users who like a post and whom the viewer may see, the last first; nil if the viewer does
    /// not see the post.
    package func likes(
        of post: PostID, for viewer: UserID?, offset: Int, limit: Int
    ) async throws(PostgresError) -> (likes: [PostLike], total: Int)? {
        let rows = try await database.read(
            Self.likes, [viewer.map { .id($0) } ?? .null, .id(post), .integer(offset), .integer(limit)])
        var total: Int?
        var likes: [PostLike] = []
        for var row in rows {
            total = try row.int()
            // The row of a page without entries has the total alone.
            guard let time = try row.optionalTimestamp() else { continue }
            likes.append(PostLike(createdAt: time, user: try UserCard(&row)))
        }
        return total.map { (likes, $0) }
    }

    private static let likes = Statement(
        "page_of_likes",
        """
        SELECT post.likes_count, entry.*
        FROM visible_posts($1) AS post LEFT JOIN LATERAL (
            SELECT likes.created_at, card.user_id, card.username, card.first_name, card.last_name,
                   card.avatar_media_id, card.avatar_url
            FROM likes CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_id = likes.user_id LIMIT 1) AS card
            WHERE likes.post_id = post.id AND card.is_active
              AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = likes.user_id)
            ORDER BY likes.created_at DESC, likes.user_id OFFSET $3 LIMIT $4
        ) AS entry ON true
        WHERE post.id = $2
        """)
}

/// A user liking a post.
package struct PostLike: Sendable {
    package let createdAt: Timestamp
    package let user: UserCard
}
