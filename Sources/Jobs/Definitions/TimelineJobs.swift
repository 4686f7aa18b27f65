import Chassis
package import Domain

/// Adds an entry to the timelines of its author's followers, and of the author if the kind says so.
package struct PushToTimelines: Job, Equatable {
    package static let kind = "push-to-timelines"
    package static let queue = QueueName.notifications
    package static let attempts = 20
    package static let timeout = Duration.seconds(600)

    /// A ``TimelineKind``; a worker of the version before may not know it.
    package let timeline: String
    package let author: UserID
    package let entry: Identifier

    package init(_ timeline: TimelineKind, by author: UserID, entry: Identifier) {
        self.timeline = timeline.rawValue
        self.author = author
        self.entry = entry
    }

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("timeline", timeline)
            object.member("author", author.description)
            object.member("entry", entry.description)
        }
        return writer.bytes
    }
}

/// Drops the timelines of a reader who sees more than before: who follows another user. The API does so itself after
/// the commit; the job is for an API that dies in between.
package struct DropTimelines: Job, Equatable {
    package static let kind = "drop-timelines"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let reader: UserID

    package init(of reader: UserID) {
        self.reader = reader
    }

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { $0.member("reader", reader.description) }
        return writer.bytes
    }
}

/// Makes the cached pages of posts invalid, after a write that may hide something from strangers. The API does so
/// itself after the commit; the job, which PostgreSQL enqueues (`enqueue_public_posts`), is for an API that dies in
/// between, and for writes of workers.
package struct RenewPublicPosts: Job, Equatable {
    package static let kind = "renew-public-posts"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package init() {}
}

/// Changes how the posts of an author reach feeds, after the number of followers has crossed a limit: pushed to the
/// timelines of followers, or pulled by them. PostgreSQL enqueues it (`enqueue_post_delivery`), one at a time for each
/// author.
package struct ChoosePostDelivery: Job, Equatable {
    package static let kind = "choose-post-delivery"
    package static let queue = QueueName.notifications
    package static let attempts = 20
    package static let timeout = Duration.seconds(3_600)

    package let author: UserID

    package init(of author: UserID) {
        self.author = author
    }
}
