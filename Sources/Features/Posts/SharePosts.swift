package import Chassis
package import Domain
import Storage

/// A user sharing a post.
package struct UserShare: Sendable {
    package let user: ListedAuthor
    package let createdAt: Timestamp
}

/// A page of the users who share a post, the last first.
package struct SharePage: Sendable {
    package let shares: [UserShare]
    /// How many users share the post.
    package let total: Int
    /// The last share of the page, if there are more.
    package let next: ShareID?
}

/// A page of a list of posts that a user made, such as bookmarks: the newest entry first.
package struct PostListPage<ID: EntityID>: Sendable {
    package struct Entry: Sendable {
        package let post: UserPost
        /// When it was added to the list.
        package let addedAt: Timestamp
    }

    package let entries: [Entry]
    /// Where the next page begins; nil after the last page. A page with few entries, or none, may have a next one.
    package let next: ID?

    init(_ list: PostList<ID>) {
        entries = list.entries.map { Entry(post: UserPost($0.post), addedAt: $0.createdAt) }
        next = list.next
    }
}

/// Shares posts. A share shows a post to no user who does not see it otherwise, and is in no feed.
package struct SharePosts: Sendable {
    let shares: ShareStore

    /// Others than its author share PUBLIC posts of public profiles only.
    /// - Throws: `post_not_found`, `post_not_public`, `post_already_shared`.
    package func share(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await shares.share(post, by: caller.user) { throw DomainError(postRefusal: refusal) }
        }
    }

    /// Ends a share, also of a post that the caller does not see any more.
    /// - Throws: `post_not_found`, `post_not_shared`.
    package func unshare(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await shares.unshare(post, by: caller.user) { throw DomainError(postRefusal: refusal) }
        }
    }

    /// Returns a page of the users who share a post, as far as the viewer sees them.
    /// - Parameters:
    ///   - last: The page follows this share; nil for the page's number.
    ///   - viewer: Nil for a reader without a login.
    /// - Throws: `post_not_found`.
    package func shares(
        of post: PostID, _ page: Page, after last: ShareID?, for viewer: UserID?
    ) async throws(DomainError) -> SharePage {
        try await domainErrors {
            guard
                let found = try await shares.page(
                    of: post, at: last.map { .after($0) } ?? .offset(page.offset), for: viewer, limit: page.limit + 1)
            else { throw DomainError.postNotFound }
            return SharePage(
                shares: found.shares.prefix(page.limit).map {
                    UserShare(user: ListedAuthor($0.user), createdAt: $0.createdAt)
                },
                total: found.total, next: found.shares.count > page.limit ? found.shares[page.limit - 1].id : nil)
        }
    }

    /// Returns a page of the posts that a user shares and the viewer sees. That of a private profile whose details the
    /// viewer does not see is empty.
    /// - Parameters:
    ///   - last: The page follows this share; nil for the first page.
    ///   - viewer: Nil for a reader without a login.
    /// - Throws: `user_not_found`.
    package func posts(
        sharedBy user: UserID, after last: ShareID?, for viewer: UserID?, limit: Int
    ) async throws(DomainError) -> PostListPage<ShareID> {
        try await domainErrors {
            guard let list = try await shares.posts(of: user, after: last, for: viewer, limit: limit) else {
                throw DomainError.userNotFound
            }
            return PostListPage(list)
        }
    }
}
