package import Chassis
package import Domain
import Storage

/// A user as lists of SocialPlay show it.
package struct ListedAuthor: Sendable {
    package let id: UserID
    package let username: String
    package let firstName: String?
    package let lastName: String?
    package let avatar: Avatar?

    init(_ card: UserCard) {
        id = card.user
        username = card.username
        firstName = card.firstName
        lastName = card.lastName
        avatar = card.avatar
    }
}

/// A post as a viewer sees it.
package struct UserPost: Sendable {
    package let id: PostID
    package let author: ListedAuthor
    package let content: String
    /// A JSON array of addresses.
    package let mediaURLs: [UInt8]
    package let mediaType: PostMediaType?
    package let visibility: PostVisibility
    package let likesCount: Int
    package let commentsCount: Int
    package let sharesCount: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let publishedAt: Timestamp?
    /// When text or files last changed; nil for a post as it was published.
    package let editedAt: Timestamp?
    /// How often its author has changed it, counted from 1.
    package let version: Int
    /// Whether the viewer likes it.
    package let isLiked: Bool
    /// Whether the viewer bookmarked it; nil where that is not read.
    package let isBookmarked: Bool?
    /// Whether it is not published yet: its author alone sees it.
    package let isScheduled: Bool

    /// A scheduled post as its author sees it.
    init(_ draft: Draft, _ schedule: Draft.Schedule) {
        id = schedule.post
        author = ListedAuthor(draft.author)
        content = draft.content
        mediaURLs = draft.mediaURLs
        mediaType = draft.mediaType
        visibility = draft.visibility
        likesCount = 0
        commentsCount = 0
        sharesCount = 0
        createdAt = draft.createdAt
        updatedAt = draft.updatedAt
        publishedAt = schedule.publishAt
        editedAt = nil
        version = draft.version
        isLiked = false
        isBookmarked = false
        isScheduled = true
    }

    init(_ post: Post) {
        id = post.id
        author = ListedAuthor(post.author)
        content = post.content
        mediaURLs = post.mediaURLs
        mediaType = post.mediaType
        visibility = post.visibility
        likesCount = post.likesCount
        commentsCount = post.commentsCount
        sharesCount = post.sharesCount
        createdAt = post.createdAt
        updatedAt = post.updatedAt
        publishedAt = post.publishedAt
        editedAt = post.editedAt
        version = post.version
        isLiked = post.isLiked
        isBookmarked = post.isBookmarked
        isScheduled = false
    }
}

/// A version of a post.
package struct UserPostVersion: Sendable {
    package let content: String
    /// A JSON array of addresses.
    package let mediaURLs: [UInt8]
    /// When it was written.
    package let createdAt: Timestamp
    package let isCurrent: Bool

    init(_ version: PostVersion) {
        content = version.content
        mediaURLs = version.mediaURLs
        createdAt = version.createdAt
        isCurrent = version.isCurrent
    }
}

/// A page of versions of a post, the newest first.
package struct PostVersionPage: Sendable {
    package let versions: [UserPostVersion]
    /// The number of the last version of the page, if there are more.
    package let next: Int?
}

/// A page of posts, the newest first.
package struct PostPage: Sendable {
    package let posts: [UserPost]
    /// Posts in the whole list.
    package let total: Int
    /// The last post of the page, if there are more.
    package let next: PostID?
}

/// A user liking a post.
package struct UserLike: Sendable {
    package let user: ListedAuthor
    package let createdAt: Timestamp
}
