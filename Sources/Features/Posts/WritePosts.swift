import Chassis
package import Domain
import Jobs
import Storage

/// Publishes, changes and deletes posts. Only its author changes a post; one that the caller does not see is none.
package struct WritePosts: Sendable {
    let posts: PostStore
    let totals: PostTotals
    let producer: Producer
    let timelines: TimelineStore
    let loop: EventLoop
    /// How long the answer waits for Redis.
    private static let longestWait = Duration.milliseconds(100)

    /// - Throws: `token_invalid` if the account is closed.
    package func publish(_ draft: PostDraft, by caller: Caller) async throws(DomainError) -> UserPost {
        let post = try await domainErrors {
            let provisional = PostID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let jobs = try jobs(ofNew: provisional, draft, by: caller)
            guard let id = try await posts.create(draft, by: caller.user, enqueuing: jobs, as: provisional) else {
                throw DomainError.tokenInvalid
            }
            totals.refreshSoon()
            for job in jobs { producer.push(job.naming(id.identifier, insteadOf: provisional.identifier)) }
            if draft.visibility != .author { await addToOwnTimeline(id, of: caller) }
            return try await posts.find(id, for: caller.user)
        }
        // It was deleted meanwhile, by the same user elsewhere.
        guard let post else { throw .postNotFound }
        return UserPost(post)
    }

    /// - Throws: `post_not_found`, `post_not_yours`.
    package func update(
        _ post: PostID, _ changes: PostChanges, by caller: Caller
    ) async throws(DomainError) -> UserPost {
        let changed = try await domainErrors {
            let push = try push(post, by: caller)
            let jobs = try jobs(of: post, changes, by: caller)
            switch try await posts.update(post, changes, by: caller.user, enqueuing: jobs, pushedBy: push) {
            case .refused(let code): throw DomainError(postRefusal: code)
            case .written(let isPushed):
                for job in jobs { producer.push(job) }
                guard isPushed else { break }
                producer.push(push)
                await addToOwnTimeline(post, of: caller)
            }
            totals.refreshSoon()
            return try await posts.find(post, for: caller.user)
        }
        guard let changed else { throw .postNotFound }
        return UserPost(changed)
    }

    private func jobs(ofNew post: PostID, _ draft: PostDraft, by caller: Caller) throws -> [OutboxJob] {
        var jobs = [try producer.outboxJob(IndexPost(post), trace: caller.trace)]
        guard draft.visibility != .author else { return jobs }
        jobs.append(try push(post, by: caller))
        if !Mentions(in: draft.content).isEmpty {
            jobs.append(try producer.outboxJob(NotifyMentions(in: post), trace: caller.trace))
        }
        return jobs
    }

    /// The jobs for a change of what a post is found by and of who is mentioned, or of who sees it: a text without
    /// mentions may have had some.
    private func jobs(of post: PostID, _ changes: PostChanges, by caller: Caller) throws -> [OutboxJob] {
        guard changes.content != nil || changes.visibility != nil else { return [] }
        return [
            try producer.outboxJob(IndexPost(post), trace: caller.trace),
            try producer.outboxJob(NotifyMentions(in: post), trace: caller.trace),
        ]
    }

    private func push(_ post: PostID, by caller: Caller) throws -> OutboxJob {
        try producer.outboxJob(
            PushToTimelines(.posts, by: caller.user, entry: post.identifier), trace: caller.trace)
    }

    /// Adds a post to the author's own timeline, so that the next read has it, and leaves those of followers to the
    /// job, which does the first again for a process that dies here.
    private func addToOwnTimeline(_ post: PostID, of caller: Caller) async {
        await loop.first(within: Self.longestWait) { [timelines] in
            _ = try? await timelines.push(post.identifier, to: [caller.user], .posts)
        }
    }

    /// - Throws: `post_not_found`, `post_not_yours`.
    package func delete(_ post: PostID, by caller: Caller) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await posts.delete(post, by: caller.user) {
                throw DomainError(postRefusal: refusal)
            }
            totals.refreshSoon()
        }
    }
}

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
