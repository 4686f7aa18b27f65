package import Domain
package import Postgres

/// Reads hashtags and their posts (the SQL functions of `post_search.sql`). Loop-confined, like its database.
package struct HashtagStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Returns a page of the posts with a tag that a viewer sees, the newest first. Of posts that the viewer does not
    /// see 5,000 are passed over.
    /// - Parameter viewer: Nil for a reader without a login.
    package func page(
        of tag: Hashtag, at position: PagePosition<PostID>, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> [Post] {
        let rows = try await database.read(
            Self.page, [viewer.map { .id($0) } ?? .null] + position.values + [.integer(limit), .text(tag.text)])
        var posts: [Post] = []
        posts.reserveCapacity(rows.count)
        for var row in rows { posts.append(try Post(&row)) }
        return posts
    }

    private static let page = Statement(
        "page_of_hashtag",
        """
        SELECT (SELECT EXISTS (SELECT FROM likes WHERE user_id = $1 AND post_id = post.id)), post.*
        FROM posts_of_hashtag($1, $5, $2, $3::integer, $4::integer) AS post
        ORDER BY post.id DESC
        """)

    /// Returns a tag as it is folded, and how many posts with it readers without a login see: at most 1,000, of the
    /// newest 2,000 that are PUBLIC.
    package func count(_ tag: Hashtag) async throws(PostgresError) -> (tag: String, posts: Int) {
        guard var row = try await database.read(Self.count, [.text(tag.text)]).first else {
            throw .unexpectedResult("a count has no row")
        }
        return (try row.text(), try row.int())
    }

    private static let count = Statement(
        "count_posts_of_hashtag", "SELECT search_fold($1), count_posts_of_hashtag($1)", isLong: true)

    /// Returns the tags that begin with a text and have a post that readers without a login see, popular ones first.
    package func suggestions(_ beginning: Hashtag, limit: Int) async throws(PostgresError) -> [String] {
        var tags: [String] = []
        for var row in try await database.read(Self.suggestions, [.text(beginning.text), .integer(limit)]) {
            tags.append(try row.text())
        }
        return tags
    }

    private static let suggestions = Statement(
        "suggest_hashtags", "SELECT suggest_hashtags($1, $2::integer)", isLong: true)

    /// Counts the posts of some tags again, for the order of suggestions, and forgets tags without PUBLIC posts.
    /// - Parameter last: Only tags behind it.
    /// - Returns: Where to continue; nil at the end.
    package func recount(after last: String, limit: Int = 500) async throws(PostgresError) -> String? {
        guard var row = try await database.write(Self.recount, [.text(last), .integer(limit)]).first else { return nil }
        return try row.optionalText()
    }

    private static let recount = Statement("recount_hashtags", "SELECT recount_hashtags($1, $2::integer)")
}
