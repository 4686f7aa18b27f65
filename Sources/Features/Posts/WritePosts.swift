import Chassis
package import Domain
import Jobs
import Storage

/// Publishes, changes and deletes posts. Only its author changes a post; one that the caller does not see is none.
package struct WritePosts: Sendable {
    let posts: PostStore
    let queue: WriteQueue<PostStore.New, PostStore.Publication>
    let totals: PostTotals
    let publicPosts: PublicPosts
    let producer: Producer
    let timelines: TimelineStore
    let loop: EventLoop
    let publication: PublicationJobs
    let drafts: WriteDrafts
    let publishDrafts: PublishDrafts
    let checkAddresses: CheckMediaAddresses
    /// How long the answer waits for Redis.
    private static let longestWait = Duration.milliseconds(100)

    /// Publishes a post, now or at a later time.
    /// - Parameter key: The client's idempotency key.
    /// - Throws: `token_invalid` if the account is closed, `idempotency_key_reused`, `too_many_drafts`,
    ///   `validation_failed` for a malformed key, and for addresses of pictures that are not the caller's.
    package func publish(
        _ draft: PostDraft, at time: PublicationTime = .now, key: String? = nil, by caller: Caller
    ) async throws(DomainError) -> UserPost {
        try await checkAddresses(draft.mediaURLs, by: caller)
        if case .later = time {
            return try await drafts.schedule(draft, at: time, key: key, by: caller, posts: posts)
        }
        let key = try IdempotencyKey.request(key, "post", draft.write)
        let post = try await domainErrors {
            let provisional = PostID(unixMilliseconds: Timestamp.now.unixMilliseconds)
            let jobs = try publication.jobs(of: provisional, draft, by: caller.user, trace: caller.trace)
            let new = PostStore.New(draft, by: caller.user, enqueuing: jobs, as: provisional, under: key)
            let publication = try await queue.add(new)
            switch publication.creation {
            case .created(let id):
                for job in jobs { producer.push(job.naming(id.identifier, insteadOf: provisional.identifier)) }
                await published(id, draft.visibility, by: caller)
                return publication.post
            case .repeated(let id): return try await posts.find(id, for: caller.user)
            case .refused(let code): throw DomainError(postRefusal: code)
            }
        }
        // A repetition finds none that was deleted meanwhile.
        guard let post else { throw .postNotFound }
        return UserPost(post)
    }

    /// Publishes a draft now, under a new id also if it was scheduled.
    /// - Throws: `draft_not_found`, `idempotency_key_reused`, `validation_failed` for a malformed key, `token_invalid`.
    package func publish(_ draft: DraftID, key: String?, by caller: Caller) async throws(DomainError) -> UserPost {
        let key = try IdempotencyKey.request(key, "publication") { $0.member("draft", draft.description) }
        let post = try await domainErrors {
            let (id, visibility) = try await publishDrafts.now(draft, under: key, by: caller)
            if let visibility { await published(id, visibility, by: caller) }
            return try await posts.find(id, for: caller.user)
        }
        guard let post else { throw .postNotFound }
        return UserPost(post)
    }

    /// Lets the lists in Redis know of a new post, before its author is answered.
    private func published(_ post: PostID, _ visibility: PostVisibility, by caller: Caller) async {
        totals.refreshSoon()
        async let renewed: Void = renewPublicPosts(visibility == .everyone)
        if visibility != .author { await addToOwnTimeline(post, of: caller) }
        await renewed
    }

    /// Changes a post, also a scheduled one.
    /// - Parameters:
    ///   - time: Of a scheduled post, which then has another id. Not read for any other: clients send back what they
    ///     have got.
    ///   - versions: Those that the author may have seen; nil for any.
    /// - Throws: `post_not_found`, `post_not_yours`, `precondition_failed`; what `time` throws.
    package func update(
        _ post: PostID, _ changes: PostChanges,
        at time: @autoclosure () throws(DomainError) -> PublicationTime? = nil,
        expecting versions: [Int]? = nil, by caller: Caller
    ) async throws(DomainError) -> UserPost {
        try await checkAddresses(changes.mediaURLs ?? [], by: caller)
        let changed: Post?
        do throws(DomainError) {
            changed = try await domainErrors {
                let push = try publication.push(post, by: caller.user, trace: caller.trace)
                let jobs = try publication.jobs(ofChanged: post, changes, trace: caller.trace)
                switch try await posts.update(
                    post, changes, by: caller.user, enqueuing: jobs, pushedBy: push, expecting: versions)
                {
                case .refused(let code): throw DomainError(postRefusal: code)
                case .written(let isPushed):
                    // Also of a post that strangers did not see: it may have been PUBLIC a moment ago.
                    async let renewed: Void = renewPublicPosts(true)
                    for job in jobs { producer.push(job) }
                    if isPushed {
                        producer.push(push)
                        await addToOwnTimeline(post, of: caller)
                    }
                    await renewed
                }
                totals.refreshSoon()
                return try await posts.find(post, for: caller.user)
            }
        } catch {
            guard error.code == .postNotFound else { throw error }
            return try await drafts.update(
                scheduled: post, changes, at: try time(), expecting: versions, by: caller)
        }
        guard let changed else { throw .postNotFound }
        return UserPost(changed)
    }

    /// Adds a post to the author's own timeline, so that the next read has it, and leaves those of followers to the
    /// job, which does the first again for a process that dies here.
    private func addToOwnTimeline(_ post: PostID, of caller: Caller) async {
        await loop.first(within: Self.longestWait) { [timelines] in
            _ = try? await timelines.push(post.identifier, to: [caller.user], .posts)
        }
    }

    /// Deletes a post, or withdraws a scheduled one.
    /// - Parameter versions: Those that the author may have seen; nil for any.
    /// - Throws: `post_not_found`, `post_not_yours`, `precondition_failed`.
    package func delete(
        _ post: PostID, expecting versions: [Int]? = nil, by caller: Caller
    ) async throws(DomainError) {
        let refusal = try await domainErrors {
            try await posts.delete(post, by: caller.user, expecting: versions)
        }
        switch refusal {
        case nil:
            totals.refreshSoon()
            await renewPublicPosts(true)
        case .postNotFound: try await drafts.delete(scheduled: post, expecting: versions, by: caller)
        case let refusal?: throw DomainError(postRefusal: refusal)
        }
    }

    /// Strangers see a write at once. Jobs do the same for a process that dies here: `push-to-timelines` of a new post,
    /// and `renew-public-posts` of a changed one.
    private func renewPublicPosts(_ isShown: Bool) async {
        if isShown { await publicPosts.renew() }
    }
}
