package import Domain
import Postgres
import Storage

/// Reads posts as the viewer may see them; a viewer without a login is nil.
package struct ReadPosts: Sendable {
    let posts: PostStore
    let totals: PostTotals
    let publicPosts: PublicPosts
    let drafts: WriteDrafts

    /// Returns a post, to its author also a scheduled one.
    /// - Throws: `post_not_found`.
    package func post(_ post: PostID, for viewer: UserID?) async throws(DomainError) -> UserPost {
        let found: UserPost? = try await domainErrors {
            if let found = try await posts.find(post, for: viewer) { return UserPost(found) }
            guard let viewer else { return nil }
            return try await drafts.find(scheduled: post, of: viewer)
        }
        guard let found else { throw .postNotFound }
        return found
    }

    /// Returns a page of what a post was and is, the newest version first: for its author, and for moderators as far as
    /// they see the post as any reader does.
    /// - Parameter last: The page follows this version; nil for the first page.
    /// - Throws: `post_not_found`, `role_required`.
    package func versions(
        of post: PostID, limit: Int, before last: Int?, by caller: Caller
    ) async throws(DomainError) -> PostVersionPage {
        try await domainErrors {
            switch try await posts.versions(of: post, for: caller.user, before: last, limit: limit + 1) {
            case .notFound: throw DomainError.postNotFound
            case .forbidden: throw DomainError.roleRequired
            case .page(let found):
                let page = found.prefix(limit)
                return PostVersionPage(
                    versions: page.map(UserPostVersion.init), next: found.count > limit ? page.last?.number : nil)
            }
        }
    }

    /// Returns a page of all posts, the newest first. The total is that of a reader without a login, and at most five
    /// minutes old; so are the counters of a post if the reader is one, whose pages are cached (S2-84).
    /// - Parameter last: The page follows this post, whatever was published since; nil for the page's number.
    package func all(
        _ page: Page, after last: PostID?, for viewer: UserID?
    ) async throws(DomainError) -> PostPage {
        try await domainErrors {
            if viewer == nil, last == nil, let name = PublicPostPage.name(of: page) {
                let found = try await publicPosts.value(name) { [posts] () async throws(PostgresError) in
                    PublicPostPage(
                        try await posts.page(at: .offset(page.offset), for: nil, limit: page.limit + 1),
                        limit: page.limit)
                }
                return PostPage(posts: found.posts, total: try await totals.publicPosts(), next: found.next)
            }
            let found = try await posts.page(
                at: Self.position(page, last), for: viewer, limit: page.limit + 1)
            return Self.page(found, page, total: try await totals.publicPosts())
        }
    }

    /// Returns a page of the posts of an author, the newest first.
    /// - Throws: `user_not_found`.
    package func posts(
        of author: UserID, _ page: Page, after last: PostID?, for viewer: UserID?
    ) async throws(DomainError) -> PostPage {
        try await domainErrors {
            guard let total = try await posts.count(of: author, for: viewer) else { throw DomainError.userNotFound }
            let found = try await posts.page(
                of: author, at: Self.position(page, last), for: viewer, limit: page.limit + 1)
            return Self.page(found, page, total: total)
        }
    }

    /// Returns a page of the users who like a post, the last first, and how many like it.
    /// - Throws: `post_not_found`.
    package func likes(
        of post: PostID, _ page: Page, for viewer: UserID?
    ) async throws(DomainError) -> (likes: [UserLike], total: Int) {
        try await domainErrors {
            guard let found = try await posts.likes(of: post, for: viewer, offset: page.offset, limit: page.limit)
            else { throw DomainError.postNotFound }
            return (found.likes.map { UserLike(user: ListedAuthor($0.user), createdAt: $0.createdAt) }, found.total)
        }
    }

    private static func position(_ page: Page, _ last: PostID?) -> PagePosition<PostID> {
        last.map { .after($0) } ?? .offset(page.offset)
    }

    private static func page(_ found: [Post], _ page: Page, total: Int) -> PostPage {
        PostPage(
            posts: found.prefix(page.limit).map(UserPost.init), total: total,
            next: found.count > page.limit ? found[page.limit - 1].id : nil)
    }
}
