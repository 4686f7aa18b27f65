import Chassis
package import Domain

/// Publishes a scheduled post at its time. A post that was moved to another time, withdrawn or published meanwhile has
/// no row under its id, and the job does nothing.
package struct PublishDraft: Job, Equatable {
    package static let kind = "publish-draft"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let author: UserID
    /// The id that the post will have.
    package let post: PostID

    package init(_ post: PostID, by author: UserID) {
        self.author = author
        self.post = post
    }

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("author", author.description)
            object.member("post", post.description)
        }
        return writer.bytes
    }
}
