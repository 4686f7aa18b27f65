package import Chassis
package import Domain
import Storage

/// An account with its profile, as its owner and administrators see it.
package struct AccountProfile: Sendable {
    package let account: Account
    package let firstName: String?
    package let lastName: String?
    package let bio: String?
    package let avatar: Avatar?
    package let coverImage: String?
    /// `YYYY-MM-DD`.
    package let dateOfBirth: String?
    package let phone: String?
    package let language: Language
    package let isVerified: Bool
    package let isActive: Bool
    package let followersCount: Int
    package let followingCount: Int
    package let postsCount: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let lastLoginAt: Timestamp?
    package let showsOnlineStatus: Bool

    init(_ details: AccountDetails) {
        account = details.account
        firstName = details.firstName
        lastName = details.lastName
        bio = details.bio
        avatar = details.avatar
        coverImage = details.coverImage
        dateOfBirth = details.dateOfBirth
        phone = details.phone
        language = details.language
        isVerified = details.isVerified
        isActive = details.isActive
        followersCount = details.followersCount
        followingCount = details.followingCount
        postsCount = details.postsCount
        createdAt = details.createdAt
        updatedAt = details.updatedAt
        lastLoginAt = details.lastLoginAt
        showsOnlineStatus = details.showsOnlineStatus
    }
}
