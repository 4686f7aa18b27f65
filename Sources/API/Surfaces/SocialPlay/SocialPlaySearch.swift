import Chassis
import Domain
import Features
import HTTP

/// `/api/v1/posts/search` and `/api/v1/hashtags` of SocialPlay, beyond the document.
struct SocialPlaySearch: Sendable {
    let search: SearchPosts
    let hashtags: ReadHashtags
    let responses: SocialPlayResponses

    /// S2-171.
    @Sendable func posts(_ request: Request, for viewer: UserID?) async throws -> Response {
        let errors = FieldErrors()
        let (query, page, cursor) = try errors.all(
            errors.read { () throws(DomainError) in
                guard let text = request.query("q") else { throw DomainError(field: "q", reason: "q is required") }
                return try PostQuery(text)
            },
            errors.read { () throws(DomainError) in try request.page(limit: 10, atMost: 100) },
            errors.read { () throws(DomainError) in try Self.cursor(request) })
        return responses.found(
            try await search(query, page, after: cursor, for: viewer), of: query, page, request)
    }

    private static func cursor(_ request: Request) throws(DomainError) -> SearchCursor? {
        guard let text = request.query("cursor") else { return nil }
        guard let cursor = SearchCursor(text) else { throw DomainError(field: "cursor", reason: "cursor is not valid") }
        return cursor
    }

    @Sendable func postsOfHashtag(_ request: Request, for viewer: UserID?) async throws -> Response {
        let errors = FieldErrors()
        let (tag, page, last) = try errors.all(
            errors.read { () throws(DomainError) in try Hashtag(request.parameter("tag")) },
            errors.read { () throws(DomainError) in try request.page(limit: 10, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: PostID.self) })
        return responses.feed(try await hashtags.posts(with: tag, page, after: last, for: viewer), page, request)
    }

    @Sendable func hashtag(_ request: Request, for viewer: UserID?) async throws -> Response {
        responses.hashtag(try await hashtags.count(try Hashtag(request.parameter("tag"))))
    }

    @Sendable func suggestions(_ request: Request, for viewer: UserID?) async throws -> Response {
        responses.hashtags(try await hashtags.suggestions(try Hashtag(beginning: request.query("q") ?? "")))
    }
}
