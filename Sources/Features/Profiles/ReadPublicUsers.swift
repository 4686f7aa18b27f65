package import Chassis
package import Domain
import Storage

/// A user as SocialPlay shows it to others.
package struct OtherUser: Sendable {
    package let user: ListedAuthor
    package let bio: String?
    package let coverImage: String?
    package let isVerified: Bool
    package let isPrivate: Bool
    package let followersCount: Int
    package let followingCount: Int
    /// The posts that the viewer sees.
    package let postsCount: Int
    package let createdAt: Timestamp
    /// Whether the viewer follows the user.
    package let isFollowing: Bool
}

/// A user in a list of SocialPlay.
package struct ListedProfile: Sendable {
    package let user: ListedAuthor
    package let bio: String?

    init(_ entry: PublicListEntry) {
        user = ListedAuthor(entry.card)
        bio = entry.bio
    }
}

/// A page of the users who follow, or are followed, the newest follow first.
package struct FollowPage: Sendable {
    package let users: [ListedProfile]
    /// The last follow of the page, if there are more.
    package let next: FollowID?
}

/// Reads users as SocialPlay shows them to others; a viewer without a login is nil.
package struct ReadPublicUsers: Sendable {
    let users: PublicUsers
    let follows: ListFollows
    let search: SearchUsers

    /// - Throws: `user_not_found`, also if one of the two blocks the other.
    package func user(_ user: UserID, for viewer: UserID?) async throws(DomainError) -> OtherUser {
        guard let found = try await domainErrors({ try await users.find(user, for: viewer) }) else {
            throw .userNotFound
        }
        return OtherUser(
            user: ListedAuthor(found.card), bio: found.bio, coverImage: found.coverImage,
            isVerified: found.isVerified, isPrivate: found.isPrivate, followersCount: found.followersCount,
            followingCount: found.followingCount, postsCount: found.postsCount, createdAt: found.createdAt,
            isFollowing: found.isFollowing)
    }

    /// Returns a page of a user's followers or follows.
    /// - Parameter last: The page follows this follow; nil for the page's number.
    /// - Throws: `user_not_found`. The lists of a private profile are empty for who does not see its details.
    package func list(
        _ side: FollowSide, of user: UserID, _ page: Page, after last: FollowID?, for viewer: UserID?
    ) async throws(DomainError) -> FollowPage {
        let found = try await follows(
            side, of: user, for: viewer, after: last, skipping: last == nil ? page.offset : 0, limit: page.limit)
        let ids = found.follows.map { side == .followers ? $0.follower : $0.followed }
        return FollowPage(users: try await listed(ids, for: viewer), next: found.next)
    }

    /// Returns the users whose names match a text, the best match first.
    /// - Throws: `validation_failed` for a text that is too short or too long.
    package func find(_ text: String, by caller: Caller) async throws(DomainError) -> [ListedProfile] {
        try await listed(try await search(text, by: caller).map(\.user.id), for: caller.user)
    }

    private func listed(_ ids: [UserID], for viewer: UserID?) async throws(DomainError) -> [ListedProfile] {
        try await domainErrors { try await users.list(ids, for: viewer).map(ListedProfile.init) }
    }
}
