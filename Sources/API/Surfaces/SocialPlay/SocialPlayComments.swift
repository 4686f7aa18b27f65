import Domain
import Features
import HTTP

/// `/api/v1/posts/:postId/comments` and `/api/v1/comments` of SocialPlay (S2-102 to S2-107).
struct SocialPlayComments: Sendable {
    let write: WriteComments
    let read: ReadComments
    let responses: SocialPlayResponses

    /// S2-102: the newest first, replies included.
    @Sendable func list(_ request: Request, for viewer: UserID?) async throws -> Response {
        let errors = FieldErrors()
        let (page, last) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: CommentID.self) })
        let post = try request.parameter("id", as: PostID.self)
        return responses.comments(try await read(of: post, page, after: last, for: viewer), page, request)
    }

    /// One comment, beyond the document: for its entity tag.
    @Sendable func one(_ request: Request, for viewer: UserID?) async throws -> Response {
        let comment = try await read.comment(try Self.comment(request), for: viewer)
        return try responses.comment(comment).revalidated(version: comment.version, for: request)
    }

    /// S2-103.
    @Sendable func create(_ request: Request, by caller: Caller) async throws -> Response {
        let post = try request.parameter("id", as: PostID.self)
        let content = try await Self.content(request)
        return responses.comment(
            try await write.comment(on: post, content, key: request.idempotencyKey, by: caller), 201)
    }

    /// S2-106.
    @Sendable func reply(_ request: Request, by caller: Caller) async throws -> Response {
        let comment = try Self.comment(request)
        let content = try await Self.content(request)
        return responses.comment(
            try await write.reply(to: comment, content, key: request.idempotencyKey, by: caller), 201)
    }

    /// S2-104.
    @Sendable func update(_ request: Request, by caller: Caller) async throws -> Response {
        let comment = try Self.comment(request)
        let content = try await Self.content(request)
        return responses.comment(
            try await write.update(comment, content, expecting: request.expectedVersions(), by: caller))
    }

    /// S2-105.
    @Sendable func delete(_ request: Request, by caller: Caller) async throws -> Response {
        try await write.delete(try Self.comment(request), expecting: request.expectedVersions(), by: caller)
        return responses.message("Comment deleted successfully")
    }

    private static func comment(_ request: Request) throws(DomainError) -> CommentID {
        try request.parameter("id", as: CommentID.self)
    }

    private static func content(_ request: Request) async throws -> String {
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: PostText.longestComment))
        return try fields.all(fields.required("content") { try PostText.comment($0) })
    }
}
