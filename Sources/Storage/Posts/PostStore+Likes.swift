package import Domain
package import Postgres

extension PostStore {
    /// A post and who likes it.
    package struct Like: Sendable {
        package let post: PostID
        package let user: UserID
        fileprivate let notice: OutboxJob

        /// - Parameter notice: The job that notifies the author; the statement replaces its `user`.
        package init(_ post: PostID, by user: UserID, enqueuing notice: OutboxJob) {
            self.post = post
            self.user = user
            self.notice = notice
        }
    }

    /// What became of a like.
    package enum LikeOutcome: Sendable {
        /// - Parameter notified: The author, for whom the job was enqueued; nil for the user's own post.
        case liked(notified: UserID?)
        /// `post_not_found`, `post_already_liked`, `token_invalid`.
        case refused(DomainError.Code)
    }

    /// Writes likes in one statement, which locks each post once, counts them and enqueues the jobs that notify the
    /// authors.
    /// - Returns: The outcome of each, in order. Of equal ones the first counts.
    package func like(_ likes: [Like]) async throws(PostgresError) -> [LikeOutcome] {
        let rows: Rows
        if likes.count == 1 {
            // Less work than the statement for several.
            rows = try await database.write(
                Self.like, [.id(likes[0].post), .id(likes[0].user), .json(likes[0].notice.record)])
        } else {
            rows = try await database.write(
                Self.likeAll,
                [
                    .uuids(likes.map { ($0.post.identifier.high, $0.post.identifier.low) }),
                    .uuids(likes.map { ($0.user.identifier.high, $0.user.identifier.low) }),
                    .json(likes.map(\.notice).records),
                ])
        }
        var outcomes: [LikeOutcome] = []
        for var row in rows {
            if let refusal = try row.optionalText() {
                outcomes.append(.refused(try Self.code(refusal)))
            } else {
                outcomes.append(.liked(notified: try row.optionalID(UserID.self)))
            }
        }
        return outcomes
    }

    private static let like = Statement("like_post", "SELECT refusal, notified FROM like_post($1, $2, $3)")
    private static let likeAll = Statement("like_posts", "SELECT refusal, notified FROM like_posts($1, $2, $3)")

    /// - Returns: Nil, or the refusal: `post_not_found`, `post_not_liked`.
    package func unlike(_ post: PostID, by user: UserID) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.unlike, [.id(post), .id(user)])
    }

    private static let unlike = Statement("unlike_post", "SELECT unlike_post($1, $2)")
}
