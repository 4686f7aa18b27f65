import Chassis
package import Domain

/// Writes what a post is found by: its words and hashtags, as they are when the job runs.
package struct IndexPost: Job, Equatable {
    package static let kind = "index-post"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let post: PostID

    package init(_ post: PostID) {
        self.post = post
    }

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { $0.member("post", post.description) }
        return writer.bytes
    }
}

/// Indexes the posts that are not, in steps: those of a process of the version before, and of the time before there was
/// a search. A migration enqueues it.
package struct IndexPosts: Job, Equatable {
    package static let kind = "index-posts"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Writes what messages of an earlier version are found by; those that are sent have it at once.
package struct IndexMessages: Job, Equatable {
    package static let kind = "index-messages"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}

/// Counts the posts of all hashtags again, for the order of suggestions, and forgets those without any.
package struct CountHashtags: Job, Equatable {
    package static let kind = "count-hashtags"
    package static let queue = QueueName.maintenance
    package static let timeout = Duration.seconds(3_600)

    package init() {}

    package var uniqueness: Uniqueness? { .whileQueued("all") }
}
