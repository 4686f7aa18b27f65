import Chassis
package import Domain
import Storage

/// Follows and unfollows users. A follower whom the other user blocks gets the answers of a stranger.
package struct FollowUser: Sendable {
    let follows: FollowStore

    /// Following a followed user succeeds, with the follow that exists (S1-86).
    /// - Throws: `cannot_follow_yourself`, `user_not_found`, `user_blocked` by the caller.
    package func follow(_ other: UserID, by caller: Caller) async throws(DomainError) -> UserFollow {
        guard other != caller.user else { throw .cannotFollowYourself }
        let outcome = try await domainErrors {
            try await follows.follow(other, by: caller.user, recording: Self.event(.userFollowed, caller, other))
        }
        switch outcome {
        case .followed(let follow, _): return UserFollow(follow)
        case .refused(let code): throw DomainError(followRefusal: code)
        }
    }

    /// - Throws: `not_following`.
    package func unfollow(_ other: UserID, by caller: Caller) async throws(DomainError) {
        let event = Self.event(.userUnfollowed, caller, other)
        guard try await domainErrors({ try await follows.unfollow(other, by: caller.user, recording: event) }) else {
            throw .notFollowing
        }
    }

    private static func event(_ kind: DomainEvent.Kind, _ caller: Caller, _ other: UserID) -> DomainEvent {
        DomainEvent(kind, of: caller.user) { data in
            data.member("followerId", caller.user.description)
            data.member("followingId", other.description)
        }
    }
}
