package import Chassis
package import Domain
import Storage

/// One user following another.
package struct UserFollow: Sendable {
    package let id: FollowID
    package let follower: UserID
    package let followed: UserID
    package let createdAt: Timestamp

    init(_ follow: Follow) {
        id = follow.id
        follower = follow.follower
        followed = follow.followed
        createdAt = follow.createdAt
    }
}

/// Something that a followed user did.
package struct UserActivity: Sendable {
    package let user: UserID
    package let username: String
    package let avatar: Avatar?
    /// A track that was published; nil for a profile that was updated.
    package let track: PublishedTrack?
    package let createdAt: Timestamp

    package struct PublishedTrack: Sendable {
        package let id: MediaID
        package let title: String
    }

    init(_ activity: Activity) {
        user = activity.user
        username = activity.username
        avatar = activity.avatar
        track = activity.track.map { PublishedTrack(id: $0, title: activity.trackTitle ?? "") }
        createdAt = activity.createdAt
    }
}
