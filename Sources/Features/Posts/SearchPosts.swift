package import Domain
import Storage

/// A page of the posts that a search found, the best match first.
package struct PostSearchPage: Sendable {
    package let posts: [UserPost]
    /// Posts of all pages, at most ``SearchPosts/mostFound``.
    package let total: Int
    /// The next page follows it.
    package let next: SearchCursor?
}

/// Searches posts by their words as the viewer may see them (S2-91); a viewer without a login is nil.
package struct SearchPosts: Sendable {
    let search: PostSearch
    /// Of the newest matches, as many are ranked.
    package static let mostFound = 200

    /// - Parameter cursor: The page follows it; nil for the page's number.
    package func callAsFunction(
        _ query: PostQuery, _ page: Page, after cursor: SearchCursor?, for viewer: UserID?
    ) async throws(DomainError) -> PostSearchPage {
        try await domainErrors {
            let found = try await search.find(
                query, after: cursor, offset: cursor == nil ? min(page.offset, Self.mostFound) : 0,
                limit: page.limit + 1, for: viewer)
            let posts = found.posts.prefix(page.limit)
            var next: SearchCursor?
            if found.posts.count > page.limit, let last = posts.last, let newest = cursor?.newest ?? found.newest {
                next = SearchCursor(newest: newest, rank: last.rank, last: last.post.id)
            }
            return PostSearchPage(posts: posts.map { UserPost($0.post) }, total: found.total, next: next)
        }
    }
}

/// Reads hashtags and their posts as the viewer may see them (S2-91); a viewer without a login is nil.
package struct ReadHashtags: Sendable {
    let hashtags: HashtagStore
    /// Pages by number reach as far; cursors have no end.
    package static let longestOffset = 1_000
    private static let mostSuggestions = 10

    /// Returns a page of the posts with a tag, the newest first.
    /// - Parameter last: The page follows this post; nil for the page's number.
    /// - Throws: `validation_failed` for a page that is too far.
    package func posts(
        with tag: Hashtag, _ page: Page, after last: PostID?, for viewer: UserID?
    ) async throws(DomainError) -> FeedPage {
        guard last != nil || page.offset <= Self.longestOffset else {
            throw DomainError(
                field: "page", reason: "pages of a hashtag reach \(Self.longestOffset) posts, continue with cursor")
        }
        return try await domainErrors {
            let found = try await hashtags.page(
                of: tag, at: last.map { .after($0) } ?? .offset(page.offset), for: viewer, limit: page.limit + 1)
            return FeedPage(
                posts: found.prefix(page.limit).map(UserPost.init),
                next: found.count > page.limit ? found[page.limit - 1].id : nil)
        }
    }

    /// Returns a tag, folded, and how many posts with it readers without a login see, at most 1,000: the same for every
    /// viewer.
    package func count(_ tag: Hashtag) async throws(DomainError) -> (tag: String, posts: Int) {
        try await domainErrors { try await hashtags.count(tag) }
    }

    /// Returns the tags that begin with a text and that readers without a login see, popular ones first.
    package func suggestions(_ beginning: Hashtag) async throws(DomainError) -> [String] {
        try await domainErrors { try await hashtags.suggestions(beginning, limit: Self.mostSuggestions) }
    }
}
