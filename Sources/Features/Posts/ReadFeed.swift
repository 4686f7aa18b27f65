package import Domain
import Jobs
import Storage

extension FeedStore: TimelineSource {
    static var kind: TimelineKind { .posts }
    static var isPulled: Bool { true }
}

/// A page of a feed, the newest post first.
package struct FeedPage: Sendable {
    package let posts: [UserPost]
    /// The last post of the page, if there are more.
    package let next: PostID?
}

/// Reads the caller's feed: own posts and those of followed users, without PRIVATE ones (S2-87, S2-88, S2-173).
package struct ReadFeed: Sendable {
    let timeline: Timeline<FeedStore>
    /// Pages by number reach as far: what is before a page is read too. Cursors have no end.
    package static let longestOffset = 1_000

    /// - Parameter last: The page follows this post; nil for the page's number.
    /// - Throws: `validation_failed` for a page that is too far.
    package func callAsFunction(
        _ page: Page, after last: PostID?, by caller: Caller
    ) async throws(DomainError) -> FeedPage {
        let offset = last == nil ? page.offset : 0
        guard offset <= Self.longestOffset else {
            throw DomainError(
                field: "page", reason: "pages of a feed reach \(Self.longestOffset) posts, continue with cursor")
        }
        return try await domainErrors {
            let found = try await timeline.page(
                of: caller.user, before: last?.identifier, limit: offset + page.limit + 1
            ).dropFirst(offset)
            let posts = found.prefix(page.limit)
            return FeedPage(
                posts: posts.map(UserPost.init), next: found.count > page.limit ? posts.last?.id : nil)
        }
    }
}
