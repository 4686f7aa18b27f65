package import Chassis
package import Domain
import Jobs
import Storage

/// A comment as a viewer sees it.
package struct UserComment: Sendable {
    package let id: CommentID
    package let author: ListedAuthor
    package let post: PostID
    /// The comment that this one replies to.
    package let parent: CommentID?
    package let content: String
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    /// When the text last changed; nil for a comment as it was written.
    package let editedAt: Timestamp?
    /// How often its author has changed it, counted from 1.
    package let version: Int

    init(_ comment: Comment) {
        id = comment.id
        author = ListedAuthor(comment.author)
        post = comment.post
        parent = comment.parent
        content = comment.content
        createdAt = comment.createdAt
        updatedAt = comment.updatedAt
        editedAt = comment.editedAt
        version = comment.version
    }
}

/// A page of comments, the newest first.
package struct CommentPage: Sendable {
    package let comments: [UserComment]
    /// Comments and replies of the whole post.
    package let total: Int
    /// The last comment of the page, if there are more.
    package let next: CommentID?
}

/// Writes comments on posts that the caller sees, and replies to them. Notifies the authors of the post and of the
/// answered comment, and mentioned users (S2-103, S2-106).
package struct WriteComments: Sendable {
    let comments: CommentStore
    let queue: WriteQueue<CommentStore.New, CommentStore.Outcome>
    let producer: Producer

    /// - Parameter key: The client's idempotency key.
    /// - Throws: `post_not_found`, `idempotency_key_reused`, `validation_failed` for a malformed key.
    package func comment(
        on post: PostID, _ content: String, key: String? = nil, by caller: Caller
    ) async throws(DomainError) -> UserComment {
        let key = try IdempotencyKey.request(key, "comment") { object in
            object.member("post", post.description)
            object.member("content", content)
        }
        return try await create(content, at: .post(post), key, by: caller)
    }

    /// - Parameter key: The client's idempotency key.
    /// - Throws: `comment_not_found`, `idempotency_key_reused`, `validation_failed` for a malformed key.
    package func reply(
        to comment: CommentID, _ content: String, key: String? = nil, by caller: Caller
    ) async throws(DomainError) -> UserComment {
        let key = try IdempotencyKey.request(key, "reply") { object in
            object.member("comment", comment.description)
            object.member("content", content)
        }
        return try await create(content, at: .reply(to: comment), key, by: caller)
    }

    private func create(
        _ content: String, at place: CommentStore.Place, _ key: RequestKey?, by caller: Caller
    ) async throws(DomainError) -> UserComment {
        try await domainErrors {
            // The statement knows the id and the receivers.
            let provisional = CommentID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let receiver = UserID(provisional.identifier.successor)
            let notice = { (kind: NotificationKind) in
                try producer.outboxJob(
                    Notify(kind, to: receiver, by: caller.user, entity: provisional.identifier), trace: caller.trace)
            }
            let notices = CommentStore.Notices(
                comment: try notice(.postCommented), reply: try notice(.commentReplied),
                mentions: Mentions(in: content).isEmpty
                    ? nil : try producer.outboxJob(NotifyMentions(in: provisional), trace: caller.trace))
            let outcome = try await queue.add(
                CommentStore.New(
                    content, at: place, by: caller.user, enqueuing: notices, as: provisional, under: key))
            switch outcome {
            case .created(let id, let commented, let answered):
                for (job, user) in [(notices.comment, commented), (notices.reply, answered)] {
                    guard let user else { continue }
                    producer.push(
                        job.naming(id.identifier, insteadOf: provisional.identifier)
                            .naming(user.identifier, insteadOf: receiver.identifier))
                }
                if let mentions = notices.mentions {
                    producer.push(mentions.naming(id.identifier, insteadOf: provisional.identifier))
                }
                return try await read(id, by: caller)
            case .repeated(let id): return try await read(id, by: caller)
            case .refused(let code): throw DomainError(commentRefusal: code)
            }
        }
    }

    /// - Parameter versions: Those that the author may have seen; nil for any.
    /// - Throws: `comment_not_found`, `comment_not_yours`, `precondition_failed`.
    package func update(
        _ comment: CommentID, _ content: String, expecting versions: [Int]? = nil, by caller: Caller
    ) async throws(DomainError) -> UserComment {
        try await domainErrors {
            // A text without mentions may have had some.
            let mentions = try producer.outboxJob(NotifyMentions(in: comment), trace: caller.trace)
            if let refusal = try await comments.update(
                comment, content, by: caller.user, enqueuing: mentions, expecting: versions)
            {
                throw DomainError(commentRefusal: refusal)
            }
            producer.push(mentions)
            return try await read(comment, by: caller)
        }
    }

    private func read(_ comment: CommentID, by caller: Caller) async throws -> UserComment {
        // Nil if it was deleted meanwhile.
        guard let found = try await comments.find(comment, for: caller.user) else { throw DomainError.commentNotFound }
        return UserComment(found)
    }

    /// Deletes a comment with its replies: its author, the author of the post and moderators may.
    /// - Parameter versions: Those that the caller may have seen; nil for any.
    /// - Throws: `comment_not_found`, `comment_not_yours`, `precondition_failed`.
    package func delete(
        _ comment: CommentID, expecting versions: [Int]? = nil, by caller: Caller
    ) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await comments.delete(comment, by: caller.user, expecting: versions) {
                throw DomainError(commentRefusal: refusal)
            }
        }
    }
}

/// Reads the comments of a post as the viewer may see them.
package struct ReadComments: Sendable {
    let comments: CommentStore

    /// - Throws: `comment_not_found`.
    package func comment(_ comment: CommentID, for viewer: UserID?) async throws(DomainError) -> UserComment {
        guard let found = try await domainErrors({ try await comments.read(comment, for: viewer) }) else {
            throw .commentNotFound
        }
        return UserComment(found)
    }

    /// Returns a page of comments and replies, the newest first.
    /// - Parameter last: The page follows this comment, whatever was written since; nil for the page's number.
    /// - Throws: `post_not_found`.
    package func callAsFunction(
        of post: PostID, _ page: Page, after last: CommentID?, for viewer: UserID?
    ) async throws(DomainError) -> CommentPage {
        try await domainErrors {
            guard
                let found = try await comments.page(
                    of: post, at: last.map { .after($0) } ?? .offset(page.offset), for: viewer, limit: page.limit + 1)
            else { throw DomainError.postNotFound }
            return CommentPage(
                comments: found.comments.prefix(page.limit).map(UserComment.init), total: found.total,
                next: found.comments.count > page.limit ? found.comments[page.limit - 1].id : nil)
        }
    }
}

extension DomainError {
    static let commentNotFound = DomainError(.commentNotFound, .notFound, "Comment not found")

    /// The refusal that a statement decided.
    fileprivate init(commentRefusal code: Code) {
        switch code {
        case .commentNotFound: self = .commentNotFound
        case .commentNotYours:
            self = DomainError(.commentNotYours, .forbidden, "Only its author may change a comment")
        default: self.init(postRefusal: code)
        }
    }
}
