package import Domain
package import Postgres

/// The lists of an export, which are read page by page.
extension AccountExports {
    /// A list in the order of its ids.
    package struct List: Sendable {
        /// Its name in the document.
        package let name: String
        /// Reads the id and the JSON object of each entry of user $1 behind the id $2, $3 of them at most.
        let statement: Statement

        private init(_ name: String, _ statement: Statement) {
            self.name = name
            self.statement = statement
        }
    }

    /// Returns a page of a list of a user.
    /// - Parameter last: The last id of the page before.
    package func page(
        of list: List, of user: UserID, after last: Identifier?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: Identifier, json: [UInt8])] {
        var entries: [(id: Identifier, json: [UInt8])] = []
        for var row in try await database.read(
            list.statement, [.id(user), .uuid(last?.high ?? 0, last?.low ?? 0), .integer(limit)])
        {
            let (high, low) = try row.uuid()
            entries.append((Identifier(high: high, low: low), try row.json()))
        }
        return entries
    }

    /// The place of a version in the order of an export.
    package struct VersionPosition: Sendable {
        let post: PostID
        let number: Int
    }

    /// Returns a page of what a user's posts were before they were changed, as JSON objects.
    /// - Parameter last: The last version of the page before.
    package func versions(
        of user: UserID, after last: VersionPosition?, limit: Int = 500
    ) async throws(PostgresError) -> [(id: VersionPosition, json: [UInt8])] {
        var entries: [(id: VersionPosition, json: [UInt8])] = []
        let last = last ?? VersionPosition(post: PostID(Identifier(high: 0, low: 0)), number: 0)
        for var row in try await database.read(
            Self.versions, [.id(user), .id(last.post), .integer(last.number), .integer(limit)])
        {
            let position = VersionPosition(post: try row.id(PostID.self), number: try row.int())
            entries.append((position, try row.json()))
        }
        return entries
    }

    private static let versions = Statement(
        "export_versions",
        """
        SELECT version.post_id, version.number, to_jsonb(version)
        FROM (SELECT id FROM posts WHERE author_id = $1 AND id >= $2 ORDER BY id OFFSET 0) AS post
            CROSS JOIN LATERAL (
                SELECT * FROM post_versions WHERE post_id = post.id ORDER BY number LIMIT 50
            ) AS version
        WHERE (version.post_id, version.number) > ($2, $3::integer)
        ORDER BY version.post_id, version.number LIMIT $4
        """)
}

extension AccountExports.List {
    /// All of them, in the order of the document.
    package static let all = [files, messages, posts, comments, likes, shares, bookmarks, drafts]

    package static let files = Self(
        "files",
        Statement(
            "export_files",
            """
            SELECT id, to_jsonb(media) - 'user_id' - 'sha256' FROM media
            WHERE user_id = $1 AND id > $2
            ORDER BY id LIMIT $3
            """))

    /// Sent and received. Of a user whom the owner sees nothing of there are neither messages, nor marks of what the
    /// owner sent.
    package static let messages = Self(
        "messages",
        Statement(
            "export_messages",
            """
            SELECT message.id, to_jsonb(message) - 'conversation_id'
            FROM (
                SELECT id FROM messages
                WHERE conversation_id IN (SELECT conversation_id FROM conversation_members WHERE user_id = $1) AND id > $2
                ORDER BY id
            ) AS candidate CROSS JOIN LATERAL (
                SELECT * FROM visible_messages($1) AS visible WHERE visible.id = candidate.id LIMIT 1
            ) AS message
            ORDER BY candidate.id LIMIT $3
            """))

    private static let posts = Self(
        "posts",
        Statement(
            "export_posts",
            """
            SELECT id, to_jsonb(posts) - 'author_id' FROM posts
            WHERE author_id = $1 AND id > $2
            ORDER BY id LIMIT $3
            """))

    private static let comments = Self(
        "comments",
        Statement(
            "export_comments",
            """
            SELECT id, to_jsonb(comments) - 'author_id' FROM comments
            WHERE author_id = $1 AND id > $2
            ORDER BY id LIMIT $3
            """))

    private static let likes = Self(
        "likes",
        Statement(
            "export_likes",
            """
            SELECT post_id, to_jsonb(likes) - 'user_id' FROM likes
            WHERE user_id = $1 AND post_id > $2
            ORDER BY post_id LIMIT $3
            """))

    private static let shares = Self(
        "shares",
        Statement(
            "export_shares",
            """
            SELECT post_id, to_jsonb(shares) - 'user_id' - 'id' FROM shares
            WHERE user_id = $1 AND post_id > $2
            ORDER BY post_id LIMIT $3
            """))

    private static let bookmarks = Self(
        "bookmarks",
        Statement(
            "export_bookmarks",
            """
            SELECT post_id, to_jsonb(bookmarks) - 'user_id' - 'id' FROM bookmarks
            WHERE user_id = $1 AND post_id > $2
            ORDER BY post_id LIMIT $3
            """))

    package static let drafts = Self(
        "drafts",
        Statement(
            "export_drafts",
            """
            SELECT id, to_jsonb(drafts) - '{author_id,job_id}'::text[] FROM drafts
            WHERE author_id = $1 AND id > $2
            ORDER BY id LIMIT $3
            """))
}
