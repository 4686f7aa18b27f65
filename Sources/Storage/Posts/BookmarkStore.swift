package import Domain
package import Postgres

/// Stores which posts a user keeps; no other user learns of it. Loop-confined, like its database.
package struct BookmarkStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// - Returns: Nil, or the refusal: `post_not_found`, `post_already_bookmarked`, `token_invalid`.
    package func add(_ post: PostID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(Self.add, [.id(post), .id(user)])
    }

    private static let add = Statement("bookmark_post", "SELECT bookmark_post($1, $2)")

    /// - Returns: Nil, or the refusal: `post_not_found`, `post_not_bookmarked`.
    package func remove(_ post: PostID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await database.refusal(Self.remove, [.id(post), .id(user)])
    }

    private static let remove = Statement("remove_bookmark", "SELECT remove_bookmark($1, $2)")

    /// Returns a page of the bookmarked posts that the user sees, the last bookmark first.
    /// - Parameter last: Only older bookmarks; nil for the newest.
    package func posts(
        of user: UserID, after last: BookmarkID?, limit: Int
    ) async throws(PostgresError) -> PostList<BookmarkID> {
        try PostList(
            try await database.read(
                Self.posts,
                [
                    .id(user), .id(last ?? BookmarkID(Identifier(high: .max, low: .max))), .integer(limit + 1),
                ]),
            limit: limit)
    }

    // Looks at a thousand bookmarks at most, however few of their posts the user still sees.
    private static let posts = Statement(
        "page_of_bookmarks",
        """
        SELECT bookmark.id, bookmark.created_at, bookmark.number = 1000, post.id IS NOT NULL,
               (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM (
            SELECT id, post_id, created_at, row_number() OVER (ORDER BY id DESC) AS number FROM bookmarks
            WHERE user_id = $1 AND id < $2
            ORDER BY id DESC LIMIT 1000
        ) AS bookmark
            LEFT JOIN LATERAL (
                SELECT * FROM visible_posts($1) AS seen WHERE seen.id = bookmark.post_id LIMIT 1
            ) AS post ON true
        WHERE post.id IS NOT NULL OR bookmark.number = 1000
        ORDER BY bookmark.id DESC LIMIT $3
        """)
}
