import Domain
import Features
import HTTP

/// Shares and bookmarks of posts (S2-175; bookmarks are beyond the document).
struct SocialPlayShares: Sendable {
    let share: SharePosts
    let bookmark: BookmarkPosts
    let responses: SocialPlayResponses

    @Sendable func share(_ request: Request, by caller: Caller) async throws -> Response {
        try await share.share(try Self.post(request), by: caller)
        return responses.message("Post shared successfully")
    }

    @Sendable func unshare(_ request: Request, by caller: Caller) async throws -> Response {
        try await share.unshare(try Self.post(request), by: caller)
        return responses.message("Post unshared successfully")
    }

    /// Who shares a post, as `likes`.
    @Sendable func ofPost(_ request: Request, for viewer: UserID?) async throws -> Response {
        let errors = FieldErrors()
        let (page, last, post) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 20, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: ShareID.self) },
            errors.read { () throws(DomainError) in try Self.post(request) })
        return responses.shares(
            try await share.shares(of: post, page, after: last, for: viewer), page, request)
    }

    /// What a user shares.
    @Sendable func ofUser(_ request: Request, for viewer: UserID?) async throws -> Response {
        let errors = FieldErrors()
        let (page, last, user) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 10, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: ShareID.self) },
            errors.read { () throws(DomainError) in try request.parameter("id", as: UserID.self) })
        let found = try await share.posts(sharedBy: user, after: last, for: viewer, limit: page.limit)
        return responses.posts(found, addedAt: "sharedAt", page, request)
    }

    @Sendable func addBookmark(_ request: Request, by caller: Caller) async throws -> Response {
        try await bookmark.add(try Self.post(request), by: caller)
        return responses.message("Post bookmarked successfully")
    }

    @Sendable func removeBookmark(_ request: Request, by caller: Caller) async throws -> Response {
        try await bookmark.remove(try Self.post(request), by: caller)
        return responses.message("Bookmark removed successfully")
    }

    @Sendable func bookmarks(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, last) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 10, atMost: 100) },
            errors.read { () throws(DomainError) in try request.optionalID("cursor", as: BookmarkID.self) })
        let found = try await bookmark.list(after: last, limit: page.limit, by: caller)
        return responses.posts(found, addedAt: "bookmarkedAt", page, request)
    }

    private static func post(_ request: Request) throws(DomainError) -> PostID {
        try request.parameter("id", as: PostID.self)
    }
}
