import Chassis
package import Domain
package import Postgres

/// Stores posts. Loop-confined, like its database.
package struct PostStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Publishes a post and counts it in one statement, which makes its id and time, and enqueues the jobs.
    /// - Parameter provisional: What the jobs name the post by.
    /// - Returns: Refused with `token_invalid` if the author's account is closed, `idempotency_key_reused`.
    package func create(
        _ draft: PostDraft, by author: UserID, enqueuing jobs: [OutboxJob], as provisional: PostID,
        under key: RequestKey?
    ) async throws(PostgresError) -> Creation<PostID> {
        let values: [PostgresValue] = draft.values(of: author) + [.id(provisional), .json(jobs.records)]
        if key != nil { return try Creation(await database.write(Self.createOnce, values + key.values)) }
        guard var row = try await database.write(Self.create, values).first else { return .refused(.tokenInvalid) }
        return .created(try row.id(PostID.self))
    }

    private static let create = Statement(
        "create_post", "SELECT id, created_at FROM create_post($1, $2, $3::text[], $4, $5, $6, $7, NULL)")
    private static let createOnce = Statement(
        "create_keyed_post", "SELECT outcome, id FROM create_keyed_post($1, $2, $3::text[], $4, $5, $6, $7, $8, $9)")

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
        pushedBy push: OutboxJob, expecting versions: [Int]?
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
        _ post: PostID, by author: UserID, expecting versions: [Int]?
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
    /// The author and the columns of a post, in the order of the parameters of `create_post`.
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
