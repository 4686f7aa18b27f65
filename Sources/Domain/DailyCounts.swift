/// What a user did and received on a day.
package struct UserCounts: Sendable, Equatable {
    package let posts: Int
    package let comments: Int
    package let likes: Int
    package let follows: Int
    package let messages: Int
    package let media: Int
    package let likesReceived: Int
    package let commentsReceived: Int
    package let followers: Int

    package init(
        posts: Int, comments: Int, likes: Int, follows: Int, messages: Int, media: Int, likesReceived: Int,
        commentsReceived: Int, followers: Int
    ) {
        self.posts = posts
        self.comments = comments
        self.likes = likes
        self.follows = follows
        self.messages = messages
        self.media = media
        self.likesReceived = likesReceived
        self.commentsReceived = commentsReceived
        self.followers = followers
    }

    package static let none = UserCounts(
        posts: 0, comments: 0, likes: 0, follows: 0, messages: 0, media: 0, likesReceived: 0, commentsReceived: 0,
        followers: 0)
}

/// What all users did on a day.
package struct TotalCounts: Sendable, Equatable {
    package let registrations: Int
    package let activeUsers: Int
    package let posts: Int
    package let comments: Int
    package let likes: Int
    package let follows: Int
    package let messages: Int
    package let media: Int

    package init(
        registrations: Int, activeUsers: Int, posts: Int, comments: Int, likes: Int, follows: Int,
        messages:
            Int, media: Int
    ) {
        self.registrations = registrations
        self.activeUsers = activeUsers
        self.posts = posts
        self.comments = comments
        self.likes = likes
        self.follows = follows
        self.messages = messages
        self.media = media
    }

    package static let none = TotalCounts(
        registrations: 0, activeUsers: 0, posts: 0, comments: 0, likes: 0, follows: 0, messages: 0, media: 0)
}
