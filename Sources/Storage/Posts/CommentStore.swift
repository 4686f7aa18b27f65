package import Chassis
package import Domain
package import Postgres

/// A comment as a viewer sees it.
package struct Comment: Sendable {
    package let id: CommentID
    package let author: UserCard
    package let post: PostID
    /// The comment that this one replies to.
    package let parent: CommentID?
    package let content: String
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    /// Reads a row of the view `comment_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(CommentID.self)
        author = try UserCard(&row)
        post = try row.id(PostID.self)
        parent = try row.optionalID(CommentID.self)
        content = try row.text()
        createdAt = try row.timestamp()
        updatedAt = try row.timestamp()
    }
}

/// Stores comments. Loop-confined, like its database.
package struct CommentStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// What a comment belongs to.
    package enum Place: Sendable {
        case post(PostID)
        case reply(to: CommentID)
    }

    /// What became of a new comment.
    package enum Outcome: Sendable {
        case created(CommentID)
        /// `post_not_found`, `comment_not_found`, `token_invalid`.
        case refused(DomainError.Code)
    }

    /// Writes a comment and counts it in one statement, which makes its id and time.
    package func create(
        _ content: String, at place: Place, by author: UserID
    ) async throws(PostgresError) -> Outcome {
        let (post, parent): (PostgresValue, PostgresValue) =
            switch place {
            case .post(let post): (.id(post), .null)
            case .reply(let comment): (.null, .id(comment))
            }
        guard var row = try await database.write(Self.create, [.id(author), post, parent, .text(content)]).first else {
            throw .unexpectedResult("a comment has no outcome")
        }
        guard let refusal = try row.optionalText() else { return .created(try row.id(CommentID.self)) }
        return .refused(try Self.code(refusal))
    }

    private static let create = Statement("create_comment", "SELECT outcome, id FROM create_comment($1, $2, $3, $4)")

    /// Changes the text of a comment.
    /// - Returns: Nil, or the refusal: `comment_not_found`, `comment_not_yours`.
    package func update(
        _ comment: CommentID, _ content: String, by author: UserID
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.update, [.id(comment), .id(author), .text(content)])
    }

    private static let update = Statement("update_comment", "SELECT update_comment($1, $2, $3)")

    /// Deletes a comment with its replies.
    /// - Returns: Nil, or the refusal: `comment_not_found`, `comment_not_yours`.
    package func delete(_ comment: CommentID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.delete, [.id(comment), .id(user)])
    }

    private static let delete = Statement("delete_comment", "SELECT delete_comment($1, $2)")

    private func refusal(
        _ statement: Statement, _ values: [PostgresValue]
    ) async throws(PostgresError) -> DomainError.Code? {
        guard var row = try await database.write(statement, values).first else {
            throw .unexpectedResult("a write of a comment has no outcome")
        }
        return try row.optionalText().map { (text) throws(PostgresError) in try Self.code(text) }
    }

    private static func code(_ text: String) throws(PostgresError) -> DomainError.Code {
        guard let code = DomainError.Code(rawValue: text) else {
            throw .unexpectedResult("\(text) is no outcome of a write of a comment")
        }
        return code
    }

    /// Returns a comment as a viewer sees it; nil if there is none that the viewer sees.
    package func find(_ comment: CommentID, for viewer: UserID) async throws(PostgresError) -> Comment? {
        guard var row = try await database.read(Self.find, [.id(viewer), .id(comment)]).first else { return nil }
        return try Comment(&row)
    }

    private static let find = Statement(
        "find_comment", "SELECT comment.* FROM visible_comments($1) AS comment WHERE comment.id = $2")

    /// Returns a page of the comments and replies of a post, the newest first, and how many there are; nil if the
    /// viewer does not see the post.
    /// - Parameter viewer: Nil for a reader without a login.
    package func page(
        of post: PostID, at position: PagePosition<CommentID>, for viewer: UserID?, limit: Int
    ) async throws(PostgresError) -> (comments: [Comment], total: Int)? {
        let rows = try await database.read(
            Self.page,
            [viewer.map { .id($0) } ?? .null] + position.values + [.integer(limit), .id(post)])
        var total: Int?
        var comments: [Comment] = []
        for var row in rows {
            total = try row.int()
            // The row of a page without entries has the total alone.
            if try row.bool() { comments.append(try Comment(&row)) }
        }
        return total.map { (comments, $0) }
    }

    private static let page = Statement(
        "page_of_comments",
        """
        SELECT post.comments_count, entry.id IS NOT NULL, entry.*
        FROM visible_posts($1) AS post LEFT JOIN LATERAL (
            SELECT comment.* FROM visible_comments($1) AS comment
            WHERE comment.post_id = post.id AND comment.id < $2 ORDER BY comment.id DESC OFFSET $3 LIMIT $4
        ) AS entry ON true
        WHERE post.id = $5
        """)

    /// Deletes some of the comments of a deleted account, with their replies, and counts them.
    /// - Returns: How many were deleted; 0 if none are left.
    package func removeSome(of user: UserID) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user)]).first else { return 0 }
        return try row.int()
    }

    private static let removeSome = Statement("remove_some_comments", "SELECT remove_some_comments($1)")
}
