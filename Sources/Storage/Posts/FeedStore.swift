package import Domain
package import Postgres

/// Reads the posts of users' feeds: their own and those of users whom they follow (the SQL function `feed_posts`).
/// Loop-confined, like its database.
///
/// The joins are LATERAL with a limit, so that a plan that was made while the tables were empty looks rows up by their
/// keys too.
package struct FeedStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns those of the posts that are in the reader's feed, and the posts of authors with very many followers,
    /// which are in no timeline; the newest first. Costs a few look-ups for each, however many users the reader
    /// follows.
    /// - Parameters:
    ///   - last: Only older posts of such authors; nil for the newest.
    ///   - oldest: No older ones than this; nil for all.
    package func visible(
        among posts: [Identifier], before last: Identifier?, from oldest: Identifier?, to reader: UserID, limit: Int
    ) async throws(PostgresError) -> [Post] {
        let last = last ?? Identifier(high: .max, low: .max)
        let oldest = oldest ?? Identifier(high: 0, low: 0)
        return try Self.posts(
            try await database.read(
                Self.among,
                [
                    .id(reader), .uuids(posts.map { ($0.high, $0.low) }), .integer(limit),
                    .uuid(last.high, last.low), .uuid(oldest.high, oldest.low),
                ]))
    }

    // Candidates are in order before they are looked up, so that those behind the last wanted one are not.
    private static let among = Statement(
        "feed_among",
        """
        SELECT (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM (
            SELECT id FROM unnest($2::uuid[]) AS listed(id)
            UNION
            (SELECT newest.id
             FROM (
                 SELECT following_id FROM follows
                 WHERE follower_id = $1 AND is_pulled AND NOT is_hidden AND NOT is_muted
             ) AS pulled
                 CROSS JOIN LATERAL (
                     SELECT id FROM posts
                     WHERE author_id = pulled.following_id AND visibility <> 'PRIVATE' AND id < $4 AND id >= $5
                     ORDER BY id DESC LIMIT $3
                 ) AS newest
             WHERE (SELECT is_active FROM user_cards WHERE user_id = pulled.following_id)
             ORDER BY newest.id DESC LIMIT $3)
            ORDER BY id DESC
        ) AS candidate
            CROSS JOIN LATERAL (SELECT * FROM feed_posts($1) AS seen WHERE seen.id = candidate.id LIMIT 1) AS post
        ORDER BY candidate.id DESC LIMIT $3
        """)

    /// Returns the newest posts of the reader's feed, the newest first. Its cost grows with the followed users.
    /// - Parameter last: Only older ones; nil for the newest.
    package func visible(
        before last: Identifier?, to reader: UserID, limit: Int
    ) async throws(PostgresError) -> [Post] {
        let last = last ?? Identifier(high: .max, low: .max)
        return try Self.posts(
            try await database.read(Self.before, [.id(reader), .uuid(last.high, last.low), .integer(limit)]))
    }

    // The newest posts of all are by the authors whose own newest ones are the newest, as many as are wanted: only of
    // these more than one row is read.
    private static let before = Statement(
        "feed_before",
        """
        WITH authors AS MATERIALIZED (
            SELECT author_id
            FROM (
                SELECT followed.author_id, newest.id AS newest_id
                FROM (
                    SELECT $1::uuid AS author_id
                    UNION ALL
                    SELECT following_id FROM follows
                    WHERE follower_id = $1 AND NOT is_hidden AND NOT is_muted
                ) AS followed
                    CROSS JOIN LATERAL (
                        SELECT id FROM posts
                        WHERE posts.author_id = followed.author_id AND visibility <> 'PRIVATE' AND posts.id < $2
                        ORDER BY posts.id DESC LIMIT 1
                    ) AS newest
                ORDER BY newest.id DESC OFFSET 0
            ) AS followed
            WHERE (SELECT is_active FROM user_cards WHERE user_id = author_id)
              AND author_id NOT IN (SELECT hidden_id FROM hidden_users WHERE viewer_id = $1)
            ORDER BY newest_id DESC LIMIT $3
        )
        SELECT (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM (
            SELECT candidate.id
            FROM authors
                CROSS JOIN LATERAL (
                    SELECT id FROM posts
                    WHERE posts.author_id = authors.author_id AND visibility <> 'PRIVATE' AND posts.id < $2
                    ORDER BY posts.id DESC LIMIT $3
                ) AS candidate
            ORDER BY candidate.id DESC LIMIT $3
        ) AS newest
            CROSS JOIN LATERAL (SELECT * FROM feed_posts($1) AS seen WHERE seen.id = newest.id LIMIT 1) AS post
        ORDER BY post.id DESC
        """, isLong: true)

    /// Returns the ids of the newest posts of the reader and the users whom the reader follows, the newest first,
    /// whether or not the reader sees them: what a timeline holds, which is checked when it is read.
    package func newest(for reader: UserID, limit: Int) async throws(PostgresError) -> [Identifier] {
        var ids: [Identifier] = []
        for var row in try await database.read(Self.newest, [.id(reader), .integer(limit)]) {
            ids.append(try row.id(PostID.self).identifier)
        }
        return ids
    }

    private static let newest = Statement(
        "newest_of_feed",
        """
        SELECT post.id
        FROM (
            SELECT followed.author_id
            FROM (
                SELECT $1::uuid AS author_id
                UNION ALL
                SELECT following_id FROM follows
                    WHERE follower_id = $1 AND NOT is_hidden AND NOT is_muted
            ) AS followed
                CROSS JOIN LATERAL (
                    SELECT id FROM posts
                    WHERE posts.author_id = followed.author_id AND visibility <> 'PRIVATE'
                    ORDER BY posts.id DESC LIMIT 1
                ) AS newest
            ORDER BY newest.id DESC LIMIT $2
        ) AS author
            CROSS JOIN LATERAL (
                SELECT id FROM posts
                WHERE posts.author_id = author.author_id AND visibility <> 'PRIVATE'
                ORDER BY posts.id DESC LIMIT $2
            ) AS post
        ORDER BY post.id DESC LIMIT $2
        """, isLong: true)

    private static func posts(_ rows: Rows) throws(PostgresError) -> [Post] {
        var posts: [Post] = []
        posts.reserveCapacity(rows.count)
        for var row in rows { posts.append(try Post(&row)) }
        return posts
    }
}
