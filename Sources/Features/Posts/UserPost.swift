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
    /// Whether the viewer likes it.
    package let isLiked: Bool
    /// Whether the viewer bookmarked it; nil where that is not read.
    package let isBookmarked: Bool?

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
        isLiked = post.isLiked
        isBookmarked = post.isBookmarked
    }
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
