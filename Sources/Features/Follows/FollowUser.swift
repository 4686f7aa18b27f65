import Chassis
package import Domain
import Jobs
import Storage

/// Follows and unfollows users. A follower whom the other user blocks gets the answers of a stranger.
package struct FollowUser: Sendable {
    let follows: FollowStore
    let queue: WriteQueue<FollowStore.New, FollowStore.Outcome>
    let producer: Producer
    let timelines: TimelineStore
    let loop: EventLoop
    /// How long the answer waits for Redis.
    private static let longestWait = Duration.milliseconds(100)

    /// Following a followed user succeeds, with the follow that exists (S1-86).
    /// - Throws: `cannot_follow_yourself`, `user_not_found`, `user_blocked` by the caller.
    package func follow(_ other: UserID, by caller: Caller) async throws(DomainError) -> UserFollow {
        try await write(other, by: caller).follow
    }

    /// The same, but following a followed user is refused (S2-110).
    /// - Throws: `already_following`, and those of ``follow(_:by:)``.
    package func followOnce(_ other: UserID, by caller: Caller) async throws(DomainError) {
        guard try await write(other, by: caller).isNew else { throw .alreadyFollowing }
    }

    private func write(
        _ other: UserID, by caller: Caller
    ) async throws(DomainError) -> (follow: UserFollow, isNew: Bool) {
        guard other != caller.user else { throw .cannotFollowYourself }
        let (outcome, drop, notice) = try await domainErrors {
            let drop = try producer.outboxJob(DropTimelines(of: caller.user), trace: caller.trace)
            let notice = try producer.outboxJob(
                Notify(.userFollowed, to: other, by: caller.user, entity: caller.user.identifier), trace: caller.trace)
            let event = Self.event(.userFollowed, caller.user, other)
            let outcome = try await queue.add(
                FollowStore.New(of: other, by: caller.user, enqueuing: drop, notifying: notice, recording: event))
            return (outcome, drop, notice)
        }
        switch outcome {
        case .followed(let follow, let isNew, let isEnqueued, let isNotified):
            if isNew { producer.wakePublishers() }
            if isNotified { producer.push(notice) }
            if isEnqueued {
                producer.push(drop)
                // So that the next read has the activities of the other user; the job is for a process that dies here.
                await loop.first(within: Self.longestWait) { [timelines] in try? await timelines.drop(of: caller.user) }
            }
            return (UserFollow(follow), isNew)
        case .refused(let code): throw DomainError(followRefusal: code)
        }
    }

    /// - Throws: `not_following`.
    package func unfollow(_ other: UserID, by caller: Caller) async throws(DomainError) {
        let event = Self.event(.userUnfollowed, caller.user, other)
        guard try await domainErrors({ try await follows.unfollow(other, by: caller.user, recording: event) }) else {
            throw .notFollowing
        }
        producer.wakePublishers()
    }

    /// Ends the follow of the caller by another user.
    /// - Throws: `not_follower`.
    package func remove(follower: UserID, by caller: Caller) async throws(DomainError) {
        let event = Self.event(.userUnfollowed, follower, caller.user)
        guard try await domainErrors({ try await follows.unfollow(caller.user, by: follower, recording: event) }) else {
            throw .notFollower
        }
        producer.wakePublishers()
    }

    private static func event(_ kind: DomainEvent.Kind, _ follower: UserID, _ other: UserID) -> DomainEvent {
        DomainEvent(kind, of: follower) { data in
            data.member("followerId", follower.description)
            data.member("followingId", other.description)
        }
    }
}
