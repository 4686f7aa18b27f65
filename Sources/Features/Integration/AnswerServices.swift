package import Chassis
package import Domain
import Jobs
import Storage

/// What two users are to each other.
package struct UserRelation: Sendable {
    package enum Kind: Sendable {
        case friends, pendingRequest, none
    }

    package let kind: Kind
    /// Since when they are friends, or when the request was sent.
    package let since: Timestamp?
    package let mutualFriends: Int

    init(_ relation: FriendStore.Relation) {
        kind =
            switch relation.kind {
            case .friends: .friends
            case .pending: .pendingRequest
            case .none: .none
            }
        since = relation.since
        mutualFriends = relation.mutualFriends
    }
}

/// Queries of other services about users, and what they report (S0-74 to S0-89). The transport has verified the
/// internal token.
package struct AnswerServices: Sendable {
    let friends: FriendStore
    let preferences: PreferenceStore
    let filter: RelationFilter
    let relations: RelationCache
    let outbox: Outbox
    let producer: Producer

    /// Returns a user's friends, up to five minutes old, and when they were read.
    /// - Throws: `user_not_found`.
    package func friends(of user: UserID) async throws(DomainError) -> (value: FriendSummary, madeAt: Timestamp) {
        try await domainErrors {
            guard let versions = try await friends.versions(of: [user]) else { throw DomainError.userNotFound }
            return try await relations.value("friends:\(user)", at: versions) {
                FriendSummary(
                    try await friends.summary(of: user).map {
                        FriendSummary.Friend(id: $0.id, since: $0.since, isActive: $0.isActive)
                    })
            }
        }
    }

    /// Returns the mutual friends of two users, up to five minutes old, and when they were read; none for users who see
    /// nothing of each other.
    /// - Throws: `user_not_found`.
    package func mutualFriends(
        of user: UserID, and other: UserID
    ) async throws(DomainError) -> (value: MutualFriends, madeAt: Timestamp) {
        try await domainErrors {
            async let isHidden = filter.hides(other, from: user)
            guard let versions = try await friends.versions(of: [user, other]) else { throw DomainError.userNotFound }
            if try await isHidden { return (MutualFriends([]), .now) }
            return try await relations.value("mutual:\(user):\(other)", at: versions) {
                MutualFriends(
                    try await friends.mutual(user, other).map {
                        MutualFriends.Friend(id: $0.id, username: $0.username)
                    })
            }
        }
    }

    /// Returns what two users are to each other now: nothing, for users who see nothing of each other.
    /// - Throws: `user_not_found`.
    package func relation(of user: UserID, and other: UserID) async throws(DomainError) -> UserRelation {
        try await domainErrors {
            async let isHidden = filter.hides(other, from: user)
            guard let relation = try await friends.relation(user, other) else { throw DomainError.userNotFound }
            return UserRelation(try await isHidden ? .hidden : relation)
        }
    }

    /// Returns a user's notification preferences as they take effect.
    /// - Throws: `user_not_found`.
    package func preferences(of user: UserID) async throws(DomainError) -> NotificationSettings {
        guard let chosen = try await domainErrors({ try await preferences.read(user) }) else { throw .userNotFound }
        return NotificationSettings(chosen, isMasked: true)
    }

    /// Notifies a user of the achievement "First friend", once (S0-77, S0-78).
    /// - Throws: `user_not_found`.
    package func recordFirstFriend(
        of user: UserID, _ friend: UserID, client: any Client
    ) async throws(DomainError) {
        try await domainErrors {
            guard try await friends.exists(user), try await friends.exists(friend) else {
                throw DomainError.userNotFound
            }
            let notice = try producer.outboxJob(
                Notify(.achievement, to: user, by: nil, entity: friend.identifier, title: "First friend"),
                trace: client.trace)
            for job in try await outbox.add([notice]) { producer.push(job) }
        }
    }
}
