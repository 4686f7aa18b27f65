import Chassis
package import Domain
import Jobs
import Storage

/// Writes the caller's drafts and scheduled posts, which are in a table of their own until they are published.
package struct WriteDrafts: Sendable {
    let drafts: DraftStore
    let producer: Producer
    let checkAddresses: CheckMediaAddresses

    /// A job that becomes due later than this is not pushed: the sweep of the outbox does so when its time comes, so
    /// that Redis does not hold what PostgreSQL has for a year.
    private static let longestDelay = Duration.seconds(120)

    /// Creates a draft, with a time a scheduled post.
    /// - Parameter key: The client's idempotency key.
    /// - Throws: `too_many_drafts`, `idempotency_key_reused`, `validation_failed` for a malformed key, `token_invalid`;
    ///   `draft_not_found` for a repetition after the draft was published or deleted.
    package func create(
        _ post: PostDraft, at time: PublicationTime?, key: String?, by caller: Caller
    ) async throws(DomainError) -> UserDraft {
        try await checkAddresses(post.mediaURLs, by: caller)
        let key = try Self.key(key, "draft", post, time)
        let draft = try await domainErrors {
            let schedule = try time.map { try self.schedule($0.time, by: caller) }
            let created = try await create(post, at: schedule, key, keyed: nil as DraftID?, by: caller)
            return try await drafts.find(.draft(created), of: caller.user)
        }
        guard let draft else { throw .draftNotFound }
        return UserDraft(draft)
    }

    /// Creates a scheduled post.
    /// - Throws: As ``create(_:at:key:by:)``; `post_not_found` for a repetition after it was withdrawn.
    func schedule(
        _ post: PostDraft, at time: PublicationTime, key: String?, by caller: Caller, posts: PostStore
    ) async throws(DomainError) -> UserPost {
        let key = try Self.key(key, "scheduled post", post, time)
        return try await domainErrors {
            let schedule = try self.schedule(time.time, by: caller)
            let created = try await create(post, at: schedule, key, keyed: schedule.post, by: caller)
            if let scheduled = try await find(scheduled: created, of: caller.user) { return scheduled }
            // A repetition whose post was published meanwhile.
            guard let post = try await posts.find(created, for: caller.user) else { throw DomainError.postNotFound }
            return UserPost(post)
        }
    }

    private func create<ID: EntityID>(
        _ post: PostDraft, at schedule: NewSchedule?, _ key: RequestKey?, keyed: ID?, by caller: Caller
    ) async throws -> ID {
        switch try await drafts.create(post, by: caller.user, at: schedule, under: key, keyed: keyed) {
        case .created(let created):
            push(schedule)
            return created
        case .repeated(let first): return first
        case .refused(let code): throw DomainError(postRefusal: code)
        }
    }

    /// - Parameters:
    ///   - versions: Those that the author may have seen; nil for any.
    /// - Throws: `draft_not_found`, `precondition_failed`.
    package func update(
        _ draft: DraftID, _ changes: PostChanges, at time: Change<PublicationTime>, expecting versions: [Int]?,
        by caller: Caller
    ) async throws(DomainError) -> UserDraft {
        try await checkAddresses(changes.mediaURLs ?? [], by: caller)
        return UserDraft(try await change(.draft(draft), changes, at: time, expecting: versions, by: caller))
    }

    /// Changes a scheduled post. At another time it has another id.
    /// - Throws: `post_not_found`, `precondition_failed`.
    func update(
        scheduled post: PostID, _ changes: PostChanges, at time: PublicationTime?, expecting versions: [Int]?,
        by caller: Caller
    ) async throws(DomainError) -> UserPost {
        do throws(DomainError) {
            let draft = try await change(
                .scheduled(post), changes, at: time.map { .some($0) }, expecting: versions, by: caller)
            guard let schedule = draft.schedule else { throw .postNotFound }
            return UserPost(draft, schedule)
        } catch {
            throw error.code == .draftNotFound ? .postNotFound : error
        }
    }

    private func change(
        _ name: DraftStore.Name, _ changes: PostChanges, at time: Change<PublicationTime>, expecting versions: [Int]?,
        by caller: Caller
    ) async throws(DomainError) -> Draft {
        let draft = try await domainErrors {
            let changes = DraftChanges(changes, publishAt: time.map { $0?.time })
            let schedule = try changes.publishAt.flatMap { $0 }.map { try self.schedule($0, by: caller) }
            switch try await drafts.update(name, changes, by: caller.user, at: schedule, expecting: versions) {
            case .refused(let code): throw DomainError(postRefusal: code)
            case .written(let id, let isScheduled):
                if isScheduled { push(schedule) }
                return try await drafts.find(.draft(id), of: caller.user)
            }
        }
        // It was published or deleted meanwhile.
        guard let draft else { throw .draftNotFound }
        return draft
    }

    /// - Throws: `draft_not_found`, `precondition_failed`.
    package func delete(
        _ draft: DraftID, expecting versions: [Int]?, by caller: Caller
    ) async throws(DomainError) {
        try await delete(.draft(draft), expecting: versions, by: caller)
    }

    /// Withdraws a scheduled post.
    /// - Throws: `post_not_found`, `precondition_failed`.
    func delete(
        scheduled post: PostID, expecting versions: [Int]?, by caller: Caller
    ) async throws(DomainError) {
        do throws(DomainError) {
            try await delete(.scheduled(post), expecting: versions, by: caller)
        } catch {
            throw error.code == .draftNotFound ? .postNotFound : error
        }
    }

    private func delete(
        _ name: DraftStore.Name, expecting versions: [Int]?, by caller: Caller
    ) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await drafts.delete(name, by: caller.user, expecting: versions) {
                throw DomainError(postRefusal: refusal)
            }
        }
    }

    // MARK: Schedules

    /// A scheduled post as its author sees it; nil if the author has none of this id.
    func find(scheduled post: PostID, of author: UserID) async throws -> UserPost? {
        let draft = try await drafts.find(.scheduled(post), of: author)
        return draft.flatMap { draft in draft.schedule.map { UserPost(draft, $0) } }
    }

    private func schedule(_ time: Timestamp, by caller: Caller) throws -> NewSchedule {
        let post = PostID(unixMilliseconds: time.unixMilliseconds)
        let delay = Duration.milliseconds(max(0, time.unixMilliseconds - Timestamp.now.unixMilliseconds))
        let job = try producer.outboxJob(
            PublishDraft(post, by: caller.user), trace: caller.trace, after: delay)
        return NewSchedule(publishAt: time, post: post, job: job)
    }

    private func push(_ schedule: NewSchedule?) {
        guard let job = schedule?.job, job.delay <= Self.longestDelay.nanoseconds / 1_000_000 else { return }
        producer.push(job)
    }

    private static func key(
        _ key: String?, _ kind: StaticString, _ post: PostDraft, _ time: PublicationTime?
    ) throws(DomainError) -> RequestKey? {
        try IdempotencyKey.request(key, kind) { object in
            post.write(to: &object)
            if case .later(let time) = time { object.member("publishAt", time, .milliseconds) }
        }
    }
}
