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
    /// When the text last changed; nil for a comment as it was written.
    package let editedAt: Timestamp?
    /// How often its author has changed it, counted from 1.
    package let version: Int

    /// Reads a row of the view `comment_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(CommentID.self)
        author = try UserCard(&row)
        post = try row.id(PostID.self)
        parent = try row.optionalID(CommentID.self)
        content = try row.text()
        createdAt = try row.timestamp()
        updatedAt = try row.timestamp()
        _ = try row.bool()
        editedAt = try row.optionalTimestamp()
        version = try row.int()
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
        /// - Parameters:
        ///   - commented: The author of the post, if ``Notices/comment`` was enqueued.
        ///   - answered: The author of the answered comment, if ``Notices/reply`` was enqueued.
        case created(CommentID, commented: UserID?, answered: UserID?)
        /// The same request created it before, under the same key.
        case repeated(CommentID)
        /// `post_not_found`, `comment_not_found`, `token_invalid`, `idempotency_key_reused`.
        case refused(DomainError.Code)
    }

    /// The jobs that notify others of a comment. The statement knows who they are, and the id.
    package struct Notices: Sendable {
        /// For the author of the post.
        package let comment: OutboxJob
        /// For the author of the answered comment.
        package let reply: OutboxJob
        /// Finds the users whom the text mentions; nil if it mentions none.
        package let mentions: OutboxJob?

        package init(comment: OutboxJob, reply: OutboxJob, mentions: OutboxJob?) {
            self.comment = comment
            self.reply = reply
            self.mentions = mentions
        }

        fileprivate var record: [UInt8] {
            var writer = JSONWriter(reserving: comment.record.count + reply.record.count + 64)
            writer.object { object in
                object.member("comment", json: comment.record)
                object.member("reply", json: reply.record)
                if let mentions { object.member("others", json: mentions.records) }
            }
            return writer.bytes
        }
    }

    /// A comment that is to be written, and what follows from it.
    package struct New: Sendable {
        let content: String
        let place: Place
        let author: UserID
        let notices: Notices
        let provisional: CommentID
        let key: RequestKey?

        /// - Parameter provisional: What the jobs name the comment by.
        package init(
            _ content: String, at place: Place, by author: UserID, enqueuing notices: Notices,
            as provisional: CommentID, under key: RequestKey?
        ) {
            self.content = content
            self.place = place
            self.author = author
            self.notices = notices
            self.provisional = provisional
            self.key = key
        }

        /// An element of the parameter of the SQL function `create_comments`.
        fileprivate var record: [UInt8] {
            var writer = JSONWriter()
            writer.object { object in
                object.member("author", author.description)
                switch place {
                case .post(let post): object.member("post", post.description)
                case .reply(let comment): object.member("parent", comment.description)
                }
                object.member("content", content)
                object.member("provisional", provisional.description)
                object.member("jobs", json: notices.record)
                key.write(to: &object)
            }
            return writer.bytes
        }
    }

    /// Writes comments, counts them and enqueues their jobs in one statement, which makes their ids and times.
    /// - Returns: The outcome of each, in order.
    package func create(_ comments: [New]) async throws(PostgresError) -> [Outcome] {
        if comments.count == 1 {
            let new = comments[0]
            return [
                try await create(
                    new.content, at: new.place, by: new.author, enqueuing: new.notices, as: new.provisional,
                    under: new.key)
            ]
        }
        var outcomes: [Outcome] = []
        for var row in try await database.write(Self.createAll, [.jsonArray(comments.map(\.record))]) {
            outcomes.append(try Self.outcome(&row))
        }
        return outcomes
    }

    private static let createAll = Statement(
        "create_comments", "SELECT outcome, id, commented, answered FROM create_comments($1)")

    /// The same for one comment.
    package func create(
        _ content: String, at place: Place, by author: UserID, enqueuing notices: Notices, as provisional: CommentID,
        under key: RequestKey? = nil
    ) async throws(PostgresError) -> Outcome {
        let (post, parent): (PostgresValue, PostgresValue) =
            switch place {
            case .post(let post): (.id(post), .null)
            case .reply(let comment): (.null, .id(comment))
            }
        let values: [PostgresValue] = [
            .id(author), post, parent, .text(content), .id(provisional), .json(notices.record),
        ]
        guard var row = try await database.write(Self.create, values + key.values).first else {
            throw .unexpectedResult("a comment has no outcome")
        }
        return try Self.outcome(&row)
    }

    private static func outcome(_ row: inout Row) throws(PostgresError) -> Outcome {
        switch try row.optionalText() {
        case nil:
            return .created(
                try row.id(CommentID.self), commented: try row.optionalID(UserID.self),
                answered: try row.optionalID(UserID.self))
        case "repeated"?: return .repeated(try row.id(CommentID.self))
        case let refusal?: return .refused(try Self.code(refusal))
        }
    }

    private static let create = Statement(
        "create_comment",
        "SELECT outcome, id, commented, answered FROM create_keyed_comment($1, $2, $3, $4, $5, $6, $7, $8)")

    /// Changes the text of a comment, and enqueues the job.
    /// - Parameter versions: Those that the author may have seen; nil for any.
    /// - Returns: Nil, or the refusal: `comment_not_found`, `comment_not_yours`, `precondition_failed`.
    package func update(
        _ comment: CommentID, _ content: String, by author: UserID, enqueuing job: OutboxJob,
        expecting versions: [Int]? = nil
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(
            Self.update, [.id(comment), .id(author), .text(content), .json(job.records), .versions(versions)])
    }

    private static let update = Statement(
        "update_comment", "SELECT update_comment($1, $2, $3, $4, $5::text[]::integer[])")

    /// Deletes a comment with its replies.
    /// - Parameter versions: Those that the user may have seen; nil for any.
    /// - Returns: Nil, or the refusal: `comment_not_found`, `comment_not_yours`, `precondition_failed`.
    package func delete(
        _ comment: CommentID, by user: UserID, expecting versions: [Int]? = nil
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.delete, [.id(comment), .id(user), .versions(versions)])
    }

    private static let delete = Statement("delete_comment", "SELECT delete_comment($1, $2, $3::text[]::integer[])")

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

    /// Returns a comment of a post that the viewer sees; nil if there is none that the viewer sees.
    /// - Parameter viewer: Nil for a reader without a login.
    package func read(_ comment: CommentID, for viewer: UserID?) async throws(PostgresError) -> Comment? {
        let values: [PostgresValue] = [viewer.map { .id($0) } ?? .null, .id(comment)]
        guard var row = try await database.read(Self.read, values).first else { return nil }
        return try Comment(&row)
    }

    private static let read = Statement(
        "read_comment",
        """
        SELECT comment.* FROM visible_comments($1) AS comment
        WHERE comment.id = $2 AND EXISTS (SELECT FROM visible_posts($1) AS post WHERE post.id = comment.post_id)
        """)

    /// Returns a comment as a viewer sees it, whose post the viewer sees; nil if there is none that the viewer sees.
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
