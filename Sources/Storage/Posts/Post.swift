package import Chassis
package import Domain
import Postgres

/// A user as lists show it (the table `user_cards`).
package struct UserCard: Sendable {
    package let user: UserID
    package let username: String
    package let firstName: String?
    package let lastName: String?
    package let avatar: Avatar?

    init(_ row: inout Row) throws(PostgresError) {
        user = try row.id(UserID.self)
        username = try row.text()
        firstName = try row.optionalText()
        lastName = try row.optionalText()
        avatar = Avatar(upload: try row.optionalID(MediaID.self), address: try row.optionalText())
    }
}

/// A post as a viewer sees it.
package struct Post: Sendable {
    package let id: PostID
    package let author: UserCard
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
    /// Whether the viewer bookmarked it; nil where that is not read. In lists it would cost a look-up for each post.
    package var isBookmarked: Bool?

    /// Reads whether the viewer likes the post, and a row of the view `post_entries`.
    init(_ row: inout Row) throws(PostgresError) {
        isLiked = try row.bool()
        id = try row.id(PostID.self)
        author = try UserCard(&row)
        content = try row.text()
        mediaURLs = try row.json()
        mediaType = try row.optionalText().flatMap(PostMediaType.init)
        visibility = try row.word(PostVisibility.self)
        likesCount = try row.int()
        commentsCount = try row.int()
        sharesCount = try row.int()
        createdAt = try row.timestamp()
        updatedAt = try row.timestamp()
        publishedAt = try row.optionalTimestamp()
        // What visibility asks of the author.
        for _ in 0..<2 { _ = try row.bool() }
        editedAt = try row.optionalTimestamp()
        version = try row.int()
    }
}
