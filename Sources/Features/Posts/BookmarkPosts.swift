package import Domain
import Storage

/// Bookmarks posts for the caller, and lists them. No other user learns of a bookmark.
package struct BookmarkPosts: Sendable {
    let bookmarks: BookmarkStore

    /// - Throws: `post_not_found`, `post_already_bookmarked`.
    package func add(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await bookmarks.add(post, by: caller.user) { throw DomainError(postRefusal: refusal) }
        }
    }

    /// Ends a bookmark, also of a post that the caller does not see any more.
    /// - Throws: `post_not_found`, `post_not_bookmarked`.
    package func remove(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await bookmarks.remove(post, by: caller.user) {
                throw DomainError(postRefusal: refusal)
            }
        }
    }

    /// Returns a page of the bookmarked posts that the caller sees, the last bookmark first.
    /// - Parameter last: The page follows this bookmark; nil for the first page.
    package func list(
        after last: BookmarkID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> PostListPage<BookmarkID> {
        try await domainErrors {
            PostListPage(try await bookmarks.posts(of: caller.user, after: last, limit: limit))
        }
    }
}
