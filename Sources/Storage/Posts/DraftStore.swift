package import Domain
package import Postgres

/// Stores drafts and scheduled posts. Loop-confined, like its database.
package struct DraftStore: Sendable {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// What names a draft of an author.
    package enum Name: Sendable {
        case draft(DraftID)
        /// A scheduled post, by the id that it will have.
        case scheduled(PostID)

        fileprivate var values: [PostgresValue] {
            switch self {
            case .draft(let id): [.id(id), .null]
            case .scheduled(let post): [.null, .id(post)]
            }
        }
    }

    /// Creates a draft, with a time and the job that publishes it if it is scheduled.
    /// - Parameter keyed: The id that this request and a repetition under its key get; nil for the draft's own.
    /// - Returns: Refused with `token_invalid`, `too_many_drafts`, `idempotency_key_reused`.
    package func create<ID: EntityID>(
        _ post: PostDraft, by author: UserID, at schedule: NewSchedule?, under key: RequestKey?, keyed: ID?
    ) async throws(PostgresError) -> Creation<ID> {
        var values = post.values(of: author)
        values.append(schedule.map { .timestamp($0.publishAt) } ?? .null)
        values += Self.values(of: schedule)
        values.append(keyed.map { .id($0) } ?? .null)
        return try Creation(await database.write(Self.create, values + key.values))
    }

    private static let create = Statement(
        "create_draft",
        "SELECT outcome, id FROM create_draft($1, $2, $3::text[], $4, $5, $6, $7, $8, $9, $10, $11)")

    /// The reserved id and the job of a schedule.
    private static func values(of schedule: NewSchedule?) -> [PostgresValue] {
        guard let schedule else { return [.null, .json(Array("[]".utf8))] }
        return [.id(schedule.post), .json(schedule.job.records)]
    }

    /// Returns nil if the author has no such draft.
    package func find(_ name: Name, of author: UserID) async throws(PostgresError) -> Draft? {
        guard var row = try await database.read(Self.find, [.id(author)] + name.values).first else { return nil }
        return try Draft(&row)
    }

    private static let find = Statement(
        "find_draft", "SELECT * FROM draft_entries WHERE author_id = $1 AND (id = $2::uuid OR post_id = $3::uuid)")

    /// Returns a page of an author's drafts and scheduled posts, the last created first.
    /// - Parameter last: The page follows this draft; nil for the first page.
    package func page(
        of author: UserID, after last: DraftID?, limit: Int
    ) async throws(PostgresError) -> [Draft] {
        let last = last ?? DraftID(Identifier(high: .max, low: .max))
        var drafts: [Draft] = []
        for var row in try await database.read(Self.page, [.id(author), .id(last), .integer(limit)]) {
            drafts.append(try Draft(&row))
        }
        return drafts
    }

    private static let page = Statement(
        "page_of_drafts",
        "SELECT * FROM draft_entries WHERE author_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3")

    /// What became of a change.
    package enum Change: Sendable {
        /// - Parameter isScheduled: Whether the new schedule was taken: its job was enqueued.
        case written(DraftID, isScheduled: Bool)
        /// `draft_not_found`, `precondition_failed`.
        case refused(DomainError.Code)
    }

    /// Writes the given changes and keeps every other value.
    /// - Parameters:
    ///   - schedule: Of the time among the changes; taken if the time is another than before.
    ///   - versions: Those that the author may have seen; nil for any.
    package func update(
        _ name: Name, _ changes: DraftChanges, by author: UserID, at schedule: NewSchedule?, expecting versions: [Int]?
    ) async throws(PostgresError) -> Change {
        let rows = try await database.write(
            Self.update,
            [.id(author)] + name.values + [.json(changes.record)] + Self.values(of: schedule) + [.versions(versions)])
        guard var row = rows.first else { throw .unexpectedResult("a change of a draft has no outcome") }
        guard let refusal = try row.optionalText() else {
            return .written(try row.id(DraftID.self), isScheduled: try row.bool())
        }
        return .refused(try Self.code(refusal))
    }

    private static let update = Statement(
        "update_draft",
        "SELECT refusal, id, is_moved FROM update_draft($1, $2, $3, $4, $5, $6, $7::text[]::integer[])")

    /// Deletes a draft.
    /// - Parameter versions: Those that the author may have seen; nil for any.
    /// - Returns: Nil, or the refusal: `draft_not_found`, `precondition_failed`.
    package func delete(
        _ name: Name, by author: UserID, expecting versions: [Int]?
    ) async throws(PostgresError) -> DomainError.Code? {
        guard
            var row = try await database.write(
                Self.delete, [.id(author)] + name.values + [.versions(versions)]
            ).first
        else { throw .unexpectedResult("a deletion of a draft has no outcome") }
        return try row.optionalText().map { (text) throws(PostgresError) in try Self.code(text) }
    }

    private static let delete = Statement(
        "delete_draft", "SELECT delete_draft($1, $2, $3, $4::text[]::integer[])")

    /// What became of a publication.
    package enum Publication: Sendable {
        case published(PostID)
        /// The same request published it before, under the same key.
        case repeated(PostID)
        /// The draft has another version: read it again.
        case changed
        /// A scheduled post whose time comes in so many milliseconds.
        case early(milliseconds: Int)
        /// `draft_not_found`, `idempotency_key_reused`; `token_invalid` if the account is closed or deactivated.
        case refused(DomainError.Code)
    }

    /// Publishes a draft as ``PostStore/create(_:by:enqueuing:as:under:)`` publishes a post, and deletes the draft, in
    /// one statement: at once, or named as a scheduled post under its id and not before its time.
    /// - Parameters:
    ///   - version: The one that the jobs were made for.
    ///   - provisional: What the jobs name the post by.
    package func publish(
        _ name: Name, version: Int, by author: UserID, enqueuing jobs: [OutboxJob], as provisional: PostID,
        under key: RequestKey? = nil
    ) async throws(PostgresError) -> Publication {
        let rows = try await database.write(
            Self.publish,
            [.id(author)] + name.values + [.integer(version), .id(provisional), .json(jobs.records)] + key.values)
        guard var row = rows.first else { throw .unexpectedResult("a publication has no outcome") }
        switch try row.text() {
        case "created": return .published(try row.id(PostID.self))
        case "repeated": return .repeated(try row.id(PostID.self))
        case "changed": return .changed
        case "early":
            _ = try row.optionalUUID()
            return .early(milliseconds: try row.int())
        case let outcome: return .refused(try Self.code(outcome))
        }
    }

    private static let publish = Statement(
        "publish_draft",
        "SELECT outcome, id, remaining_milliseconds FROM publish_draft($1, $2, $3, $4::integer, $5, $6, $7, $8)")

    private static func code(_ text: String) throws(PostgresError) -> DomainError.Code {
        guard let code = DomainError.Code(rawValue: text) else {
            throw .unexpectedResult("\(text) is no outcome of a write of a draft")
        }
        return code
    }
}
