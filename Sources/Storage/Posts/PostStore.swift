import Chassis
package import Domain
package import Postgres

/// Stores posts. Loop-confined, like its database.
package struct PostStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// A post that is to be written, and what follows from it.
    package struct New: Sendable {
        let draft: PostDraft
        let author: UserID
        let jobs: [OutboxJob]
        let provisional: PostID
        let key: RequestKey?

        /// - Parameter provisional: What the jobs name the post by.
        package init(
            _ draft: PostDraft, by author: UserID, enqueuing jobs: [OutboxJob], as provisional: PostID,
            under key: RequestKey?
        ) {
            self.draft = draft
            self.author = author
            self.jobs = jobs
            self.provisional = provisional
            self.key = key
        }

        /// What the SQL function `create_posts` reads.
        fileprivate var record: [UInt8] {
            var writer = JSONWriter()
            writer.object { object in
                object.member("author", author.description)
                object.member("content", draft.content)
                object.member("urls", array: draft.mediaURLs) { $0.value($1) }
                object.member("type", draft.mediaType?.rawValue)
                object.member("visibility", draft.visibility.rawValue)
                object.member("provisional", provisional.description)
                object.member("jobs", json: jobs.records)
                key.write(to: &object)
            }
            return writer.bytes
        }
    }

    /// What became of a post that was to be written.
    package struct Publication: Sendable {
        /// Refused with `token_invalid` if the author's account is closed, `idempotency_key_reused`.
        package let creation: Creation<PostID>
        /// As its author sees it; nil unless it was created now.
        package let post: Post?

        init(_ row: inout Row) throws(PostgresError) {
            creation = try Creation(&row)
            guard case .created = creation else {
                post = nil
                return
            }
            var post = try Post(&row)
            post.isBookmarked = false
            self.post = post
        }
    }

    /// Publishes posts and counts them in one statement, which makes their ids and times, and enqueues their jobs.
    /// - Returns: The outcome of each, in order.
    package func create(_ posts: [New]) async throws(PostgresError) -> [Publication] {
        var publications: [Publication] = []
        for var row in try await database.write(Self.create, [.jsonArray(posts.map(\.record))]) {
            publications.append(try Publication(&row))
        }
        return publications
    }

    private static let create = Statement("create_posts", "SELECT outcome, id, false, (post).* FROM create_posts($1)")

    /// What became of a change.
    package enum Change: Sendable {
        /// - Parameter isPushed: Whether the post was for its author alone before, and is added to timelines.
        case written(isPushed: Bool)
        /// `post_not_found`, `post_not_yours`, `precondition_failed`.
        case refused(DomainError.Code)
    }

    /// Writes the given changes and keeps every other value, and enqueues the jobs.
    /// - Parameters:
    ///   - push: Enqueued too if others see the post from now on.
    ///   - versions: Those that the author may have seen; nil for any.
    package func update(
        _ post: PostID, _ changes: PostChanges, by author: UserID, enqueuing jobs: [OutboxJob],
        pushedBy push: OutboxJob, expecting versions: [Int]? = nil
    ) async throws(PostgresError) -> Change {
        let rows = try await database.write(
            Self.update,
            [
                .id(post), .id(author), .json(changes.record), .json(jobs.records), .json(push.records),
                .versions(versions),
            ])
        guard var row = rows.first else { throw .unexpectedResult("a change of a post has no outcome") }
        guard let refusal = try row.optionalText() else { return .written(isPushed: try row.bool()) }
        return .refused(try Self.code(refusal))
    }

    private static let update = Statement(
        "update_post", "SELECT refusal, is_pushed FROM update_post($1, $2, $3, $4, $5, $6::text[]::integer[])")

    /// Deletes a post with everything about it.
    /// - Parameter versions: Those that the author may have seen; nil for any.
    /// - Returns: Nil, or the refusal: `post_not_found`, `post_not_yours`, `precondition_failed`.
    package func delete(
        _ post: PostID, by author: UserID, expecting versions: [Int]? = nil
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.delete, [.id(post), .id(author), .versions(versions)])
    }

    private static let delete = Statement("delete_post", "SELECT delete_post($1, $2, $3::text[]::integer[])")

    func refusal(
        _ statement: Statement, _ values: [PostgresValue]
    ) async throws(PostgresError) -> DomainError.Code? {
        guard var row = try await database.write(statement, values).first else {
            throw .unexpectedResult("a write of a post has no outcome")
        }
        return try row.optionalText().map { (text) throws(PostgresError) in try Self.code(text) }
    }

    static func code(_ text: String) throws(PostgresError) -> DomainError.Code {
        guard let code = DomainError.Code(rawValue: text) else {
            throw .unexpectedResult("\(text) is no outcome of a write of a post")
        }
        return code
    }

    /// Deletes some of the posts and likes of a deleted account, and counts them.
    /// - Returns: How many were deleted; 0 if none are left.
    package func removeSome(of user: UserID, limit: Int = 200) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user), .integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let removeSome = Statement("remove_some_posts", "SELECT remove_some_posts($1, $2::integer)")
}

extension PostDraft {
    /// The author and the columns of a post, in the order of the parameters of `create_draft`.
    func values(of author: UserID) -> [PostgresValue] {
        [
            .id(author), .text(content), .texts(mediaURLs), .optional(mediaType?.rawValue),
            .text(visibility.rawValue),
        ]
    }
}

extension PostChanges {
    /// The parameter of the SQL function `update_post`: a missing member keeps the column.
    fileprivate var record: [UInt8] {
        var writer = JSONWriter()
        writer.object(write)
        return writer.bytes
    }

    /// Writes the members of ``record``.
    func write(to object: inout JSONWriter) {
        if let content { object.member("content", content) }
        if let mediaURLs { object.member("media_urls", array: mediaURLs) { $0.value($1) } }
        if let mediaType { object.member("media_type", mediaType?.rawValue) }
        if let visibility { object.member("visibility", visibility.rawValue) }
    }
}
