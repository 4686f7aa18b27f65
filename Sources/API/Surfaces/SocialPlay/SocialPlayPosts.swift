import Domain
import Features
import HTTP

/// `/api/v1/posts` and `/api/v1/users/:id/posts` of SocialPlay (S2-76, S2-81 to S2-100).
struct SocialPlayPosts: Sendable {
    let posts: PostFeature
    let responses: SocialPlayResponses

    /// S2-85, S2-86.
    @Sendable func publish(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields(limit: JSONBodyLimit.post)
        let (draft, time) = try Self.draft(in: fields, time: "publishedAt")
        let post = try await posts.write.publish(draft, at: time ?? .now, key: request.idempotencyKey, by: caller)
        return responses.post(post, 201)
    }

    /// S2-81 to S2-84.
    @Sendable func list(_ request: Request, for viewer: UserID?) async throws -> Response {
        let (page, last) = try Self.page(request)
        return responses.posts(try await posts.read.all(page, after: last, for: viewer), page, request)
    }

    /// S2-76.
    @Sendable func ofUser(_ request: Request, for viewer: UserID?) async throws -> Response {
        let (page, last) = try Self.page(request)
        let author = try request.parameter("id", as: UserID.self)
        return responses.posts(try await posts.read.posts(of: author, page, after: last, for: viewer), page, request)
    }

    /// S2-87, S2-88: an array of posts.
    @Sendable func feed(_ request: Request, by caller: Caller) async throws -> Response {
        let (page, last) = try Self.page(request)
        return responses.feed(try await posts.readFeed(page, after: last, by: caller), page, request)
    }

    /// One's own posts of every visibility (S2-173).
    @Sendable func own(_ request: Request, by caller: Caller) async throws -> Response {
        let (page, last) = try Self.page(request)
        return responses.posts(
            try await posts.read.posts(of: caller.user, page, after: last, for: caller.user), page, request)
    }

    /// S2-89 to S2-91.
    @Sendable func read(_ request: Request, for viewer: UserID?) async throws -> Response {
        let post = try Self.post(request)
        // The statements of one turn are one round trip.
        async let comments = posts.readComments(
            of: post, Page(number: nil, limit: nil, defaultLimit: 5, maximumLimit: 5), after: nil, for: viewer)
        let found = try await posts.read.post(post, for: viewer)
        let last = try await found.isScheduled ? [] : comments.comments
        return try responses.post(found, with: last).revalidated(version: found.version, for: request)
    }

    /// S2-92, S2-93.
    @Sendable func update(_ request: Request, by caller: Caller) async throws -> Response {
        let post = try Self.post(request)
        let fields = try await request.fields(limit: JSONBodyLimit.post)
        let (changes, time) = try Self.changes(in: fields, fields.optional("publishedAt", as: String.self))
        return responses.post(
            try await posts.write.update(
                post, changes, at: try Self.time(time), expecting: request.expectedVersions(), by: caller))
    }

    /// S2-94.
    @Sendable func delete(_ request: Request, by caller: Caller) async throws -> Response {
        try await posts.write.delete(try Self.post(request), expecting: request.expectedVersions(), by: caller)
        return responses.message("Post deleted successfully")
    }

    /// What a post was and is, beyond the document.
    @Sendable func versions(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, last, post) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 50) },
            errors.read { () throws(DomainError) in try Self.version(request) },
            errors.read { () throws(DomainError) in try Self.post(request) })
        return responses.versions(
            try await posts.read.versions(of: post, limit: page.limit, before: last, by: caller), page, request)
    }

    private static func version(_ request: Request) throws(DomainError) -> Int? {
        guard let text = request.query("cursor") else { return nil }
        guard let number = Int32(text), number > 0 else { throw .invalid("cursor is not valid") }
        return Int(number)
    }

    /// S2-95, S2-96.
    @Sendable func like(_ request: Request, by caller: Caller) async throws -> Response {
        try await posts.like.like(try Self.post(request), by: caller)
        return responses.message("Post liked successfully")
    }

    /// S2-98.
    @Sendable func unlike(_ request: Request, by caller: Caller) async throws -> Response {
        try await posts.like.unlike(try Self.post(request), by: caller)
        return responses.message("Post unliked successfully")
    }

    /// S2-99.
    @Sendable func likes(_ request: Request, for viewer: UserID?) async throws -> Response {
        let page = try request.page(limit: 20, atMost: 100)
        let (likes, total) = try await posts.read.likes(of: try Self.post(request), page, for: viewer)
        return responses.likes(likes, page, total: total)
    }

    // MARK: Input

    private static func post(_ request: Request) throws(DomainError) -> PostID {
        try request.parameter("id", as: PostID.self)
    }

    /// The page by its number, or behind the post that the parameter `cursor` names.
    private static func page(_ request: Request) throws(DomainError) -> (Page, PostID?) {
        let errors = FieldErrors()
        return try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 10, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: PostID.self) })
    }

    /// The members of a new post or draft.
    /// - Parameter time: The member that schedules it.
    static func draft(in fields: BodyFields, time: String) throws(DomainError) -> (PostDraft, PublicationTime?) {
        let (content, mediaURLs, mediaType, visibility, moment) = try fields.all(
            fields.required("content") { try PostText.content($0) },
            fields.list("mediaUrls") { try PostText.mediaURLs($0) },
            fields.optional("mediaType") { try Self.word($0, "mediaType") as PostMediaType },
            fields.optional("visibility") { try Self.word($0, "visibility") as PostVisibility },
            fields.optional(time) { try PublicationTime($0, field: time) })
        let draft = PostDraft(
            content: content, mediaURLs: mediaURLs ?? [], mediaType: mediaType, visibility: visibility ?? .everyone)
        return (draft, moment)
    }

    /// The members of a changed post or draft.
    /// - Parameter time: What was read of its time.
    static func changes<Time>(in fields: BodyFields, _ time: Time?) throws(DomainError) -> (PostChanges, Time) {
        var changes = PostChanges()
        let (content, mediaURLs, mediaType, visibility, moment) = try fields.all(
            fields.optional("content") { try PostText.content($0) },
            fields.list("mediaUrls") { try PostText.mediaURLs($0) },
            fields.change("mediaType") { try Self.word($0, "mediaType") as PostMediaType },
            fields.optional("visibility") { try Self.word($0, "visibility") as PostVisibility }, time)
        changes.content = content
        changes.mediaURLs = mediaURLs
        changes.mediaType = mediaType
        changes.visibility = visibility
        return (changes, moment)
    }

    private static func time(_ text: String?) throws(DomainError) -> PublicationTime? {
        guard let text else { return nil }
        return try PublicationTime(text, field: "publishedAt")
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ field: String
    ) throws(DomainError) -> Word {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw DomainError(field: field, reason: "\(field) must be one of \(words)")
        }
        return word
    }
}
