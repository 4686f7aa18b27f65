import Chassis
package import Domain
import Jobs
import Storage

/// Likes posts that the caller sees.
package struct LikePosts: Sendable {
    let posts: PostStore
    let queue: WriteQueue<PostStore.Like, PostStore.LikeOutcome>
    let producer: Producer

    /// Likes a post, and notifies its author (S2-97).
    /// - Throws: `post_not_found`, `post_already_liked`.
    package func like(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            // The statement knows the author.
            let provisional = UserID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let notice = try producer.outboxJob(
                Notify(.postLiked, to: provisional, by: caller.user, entity: post.identifier), trace: caller.trace)
            switch try await queue.add(PostStore.Like(post, by: caller.user, enqueuing: notice)) {
            case .refused(let code): throw DomainError(postRefusal: code)
            case .liked(let author?):
                producer.push(notice.naming(author.identifier, insteadOf: provisional.identifier))
            case .liked(nil): break
            }
        }
    }

    /// - Throws: `post_not_found`, `post_not_liked`.
    package func unlike(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await posts.unlike(post, by: caller.user) { throw DomainError(postRefusal: refusal) }
        }
    }
}
