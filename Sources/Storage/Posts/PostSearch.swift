package import Domain
package import Postgres

/// Finds posts by their words, and writes the words (the SQL functions of `post_search.sql`). Loop-confined, like its
/// database.
package struct PostSearch: Sendable {
    /// A page of the posts that a viewer sees among the newest matches.
    package struct Found: Sendable {
        /// The best match first, with its rank.
        package let posts: [(post: Post, rank: Int)]
        /// Posts of all pages, at most 200.
        package let total: Int
        /// The newest post of all pages.
        package let newest: PostID?
    }

    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// - Parameters:
    ///   - cursor: The page follows it; then `offset` is 0.
    ///   - viewer: Nil for a reader without a login.
    package func find(
        _ query: PostQuery, after cursor: SearchCursor?, offset: Int, limit: Int, for viewer: UserID?
    ) async throws(PostgresError) -> Found {
        let newest = cursor?.newest ?? PostID(Identifier(high: .max, low: .max))
        let rows = try await database.read(
            Self.find,
            [
                viewer.map { .id($0) } ?? .null, .text(query.text), .id(newest),
                cursor.map { .integer($0.rank) } ?? .null, cursor.map { .id($0.last) } ?? .null, .integer(offset),
                .integer(limit),
            ])
        var (total, first): (Int, PostID?) = (0, nil)
        var posts: [(post: Post, rank: Int)] = []
        for var row in rows {
            total = try row.int()
            first = try row.optionalID(PostID.self)
            let rank = try row.optionalInt()
            // The row of a page without entries has the total alone.
            if try row.bool(), let rank { posts.append((try Post(&row), rank)) }
        }
        return Found(posts: posts, total: total, newest: first)
    }

    private static let find = Statement(
        "search_posts",
        """
        SELECT found.total, found.newest_id, found.rank, post.id IS NOT NULL,
               (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM search_posts($1, $2, $3, $4::integer, $5, $6::integer, $7::integer)
                WITH ORDINALITY AS found (total, newest_id, rank, post_id, place)
            LEFT JOIN LATERAL (
                SELECT * FROM visible_posts($1) AS seen WHERE seen.id = found.post_id LIMIT 1
            ) AS post ON true
        ORDER BY found.place
        """, isLong: true)

    /// Writes what a post is found by, as it is now, and finishes the job.
    package func index(_ post: PostID, finishing job: JobID) async throws(PostgresError) {
        _ = try await database.write(Self.index, [.id(post), .id(job)])
    }

    private static let index = Statement("index_post", "SELECT index_post($1, $2)")

    /// Indexes some of the posts that are not indexed, or were before their last change: the newest first.
    /// - Parameter last: Only older ones; nil for the newest.
    /// - Returns: Where to continue; nil at the end.
    package func indexSome(before last: PostID?) async throws(PostgresError) -> PostID? {
        let last = last ?? PostID(Identifier(high: .max, low: .max))
        guard var row = try await database.write(Self.indexSome, [.id(last)]).first else { return nil }
        return try row.optionalID(PostID.self)
    }

    private static let indexSome = Statement("index_some_posts", "SELECT index_some_posts($1)")
}
