package import Chassis
package import Domain
package import Postgres

/// A version of a post: the text and the files that it had until they changed, or has now.
package struct PostVersion: Sendable {
    /// Grows with each version, with gaps.
    package let number: Int
    package let content: String
    /// A JSON array of addresses.
    package let mediaURLs: [UInt8]
    /// When it was written.
    package let createdAt: Timestamp
    package let isCurrent: Bool

    /// Reads a row of the view `post_version_entries` without the post.
    fileprivate init(number: Int, _ row: inout Row) throws(PostgresError) {
        self.number = number
        content = try row.text()
        mediaURLs = try row.json()
        createdAt = try row.timestamp()
        isCurrent = try row.bool()
    }
}

extension PostStore {
    /// What a reader of versions gets.
    package enum Versions: Sendable {
        case page([PostVersion])
        /// The post is neither the reader's, nor is the reader a moderator.
        case forbidden
        /// The reader does not see the post.
        case notFound
    }

    /// Returns a page of the versions of a post that a reader sees, the newest first.
    /// - Parameter last: The page follows this version; nil for the first page.
    package func versions(
        of post: PostID, for reader: UserID, before last: Int?, limit: Int
    ) async throws(PostgresError) -> Versions {
        let rows = try await database.read(
            Self.versions,
            [.id(reader), .id(post), .integer(last ?? Int(Int32.max)), .integer(limit)])
        guard !rows.isEmpty else { return .notFound }
        var versions: [PostVersion] = []
        for var row in rows {
            guard try row.bool() else { return .forbidden }
            // The row of a page without entries has no version.
            guard let number = try row.optionalInt() else { continue }
            versions.append(try PostVersion(number: number, &row))
        }
        return .page(versions)
    }

    private static let versions = Statement(
        "page_of_versions",
        """
        SELECT post.is_readable, entry.*
        FROM (
            SELECT id,
                   author_id = $1 OR has_role($1, 'MODERATOR', 'ADMIN') AS is_readable
            FROM visible_posts($1) WHERE id = $2
        ) AS post LEFT JOIN LATERAL (
            SELECT number, content, to_jsonb(media_urls) AS media_urls, created_at, is_current
            FROM post_version_entries AS version
            WHERE version.post_id = post.id AND number < $3::integer AND post.is_readable
            ORDER BY number DESC LIMIT $4
        ) AS entry ON true
        ORDER BY entry.number DESC
        """)
}
