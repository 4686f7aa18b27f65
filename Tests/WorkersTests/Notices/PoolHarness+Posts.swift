import Domain
import Jobs
import Postgres
import Storage
import TestSupport
import Testing

@testable import Workers

/// Posts, likes, comments and follows as the features write them: with the jobs that notify.
extension PoolHarness {
    func publish(
        _ content: String = "Hello", visibility: PostVisibility = .everyone, by author: UserID
    ) async throws -> PostID {
        let provisional = Self.id(PostID.self)
        let draft = PostDraft(content: content, mediaURLs: [], mediaType: nil, visibility: visibility)
        return try #require(
            try await posts.create(
                draft, by: author, enqueuing: [try outboxJob(NotifyMentions(in: provisional))], as: provisional
            ).id)
    }

    func edit(
        _ post: PostID, _ content: String? = nil, visibility: PostVisibility? = nil, by author: UserID
    ) async throws {
        var changes = PostChanges()
        (changes.content, changes.visibility) = (content, visibility)
        _ = try await posts.update(
            post, changes, by: author, enqueuing: [try outboxJob(NotifyMentions(in: post))],
            pushedBy: try outboxJob(PushToTimelines(.posts, by: author, entry: post.identifier)))
    }

    /// Likes a post, unless the user does already.
    func like(_ post: PostID, by user: UserID) async throws {
        let notice = Notify(.postLiked, to: Self.id(), by: user, entity: post.identifier)
        _ = try await posts.like([PostStore.Like(post, by: user, enqueuing: try outboxJob(notice))])
    }

    func unlike(_ post: PostID, by user: UserID) async throws { _ = try await posts.unlike(post, by: user) }

    func comment(
        _ content: String = "Fine", at place: CommentStore.Place, by author: UserID
    ) async throws -> CommentID {
        try #require(try await commentIfSeen(content, at: place, by: author))
    }

    /// Comments if the user sees the post and the comment that is answered.
    func commentIfSeen(
        _ content: String, at place: CommentStore.Place, by author: UserID
    ) async throws -> CommentID? {
        let (provisional, receiver) = (Self.id(CommentID.self), Self.id(UserID.self))
        let notices = CommentStore.Notices(
            comment: try outboxJob(
                Notify(.postCommented, to: receiver, by: author, entity: provisional.identifier)),
            reply: try outboxJob(Notify(.commentReplied, to: receiver, by: author, entity: provisional.identifier)),
            mentions: try outboxJob(NotifyMentions(in: provisional)))
        let outcome = try await comments.create(content, at: place, by: author, enqueuing: notices, as: provisional)
        guard case .created(let id, _, _) = outcome else { return nil }
        return id
    }

    func editComment(_ comment: CommentID, _ content: String, by author: UserID) async throws {
        _ = try await comments.update(
            comment, content, by: author, enqueuing: try outboxJob(NotifyMentions(in: comment)))
    }

    func follow(_ other: UserID, by user: UserID) async throws {
        _ = try await FollowStore(context.database).follow(
            other, by: user, enqueuing: try outboxJob(DropTimelines(of: user)),
            notifying: try outboxJob(Notify(.userFollowed, to: other, by: user, entity: user.identifier)),
            recording: DomainEvent(.userFollowed, of: user) { _ in })
    }

    func unfollow(_ other: UserID, by user: UserID) async throws {
        _ = try await FollowStore(context.database).unfollow(
            other, by: user, recording: DomainEvent(.userUnfollowed, of: user) { _ in })
    }

    func block(_ other: UserID, by user: UserID) async throws {
        _ = try await BlockStore(context.database).block(other, by: user)
    }

    /// The kinds in a user's inbox, the newest first; checks that its counts agree.
    func kinds(_ user: UserID) async throws -> [NotificationKind] {
        let page = try await NotificationStore(context.database).page(of: user, offset: 0, limit: 100)
        #expect(page.total == page.notifications.count)
        #expect(page.unread == page.notifications.count { $0.readAt == nil })
        return page.notifications.map(\.kind)
    }

    var posts: PostStore { PostStore(context.database) }
    var comments: CommentStore { CommentStore(context.database) }

    private func outboxJob(_ job: some Job) throws -> OutboxJob { try context.producer.outboxJob(job, trace: nil) }
}
