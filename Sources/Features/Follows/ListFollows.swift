package import Domain
import Storage

/// The two lists of a user's follows.
package enum FollowSide: String, Sendable {
    case followers, following
}

/// Lists followers and follows, as a viewer sees them.
package struct ListFollows: Sendable {
    let follows: FollowStore
    let profiles: ProfileStore
    /// The most entries of one page.
    package static let longestPage = 1_000

    /// Returns a page, the newest first, and the last id if there are more.
    /// - Parameter viewer: Nil for a reader without a login.
    /// - Returns: Nothing of a private profile whose details the viewer does not see.
    /// - Throws: `user_not_found`.
    package func callAsFunction(
        _ side: FollowSide, of user: UserID, for viewer: UserID?, after last: FollowID? = nil,
        skipping offset: Int = 0, limit: Int = longestPage
    ) async throws(DomainError) -> (follows: [UserFollow], next: FollowID?) {
        try await domainErrors {
            guard let profile = try await profiles.profile(of: user, for: viewer) else {
                throw DomainError.userNotFound
            }
            guard profile.showsDetails else { return ([], nil) }
            let page = try await follows.page(
                side == .followers ? .followers : .following, of: user, for: viewer, after: last,
                skipping: offset, limit: limit + 1)
            return (page.prefix(limit).map(UserFollow.init), page.count > limit ? page[limit - 1].id : nil)
        }
    }

    /// Returns whether one user follows another (S1-90), as far as one of their two lists shows it to the viewer.
    /// - Parameter viewer: Nil for a reader without a login.
    package func isFollowing(
        _ other: UserID, by user: UserID, for viewer: UserID?
    ) async throws(DomainError) -> Bool {
        try await domainErrors { try await follows.isFollowing(other, by: user, for: viewer) }
    }
}
