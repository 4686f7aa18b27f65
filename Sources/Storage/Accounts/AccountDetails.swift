package import Chassis
package import Domain

/// Everything of an account that its owner may see.
package struct AccountDetails: Sendable {
    package let account: Account
    package let firstName: String?
    package let lastName: String?
    package let bio: String?
    package let avatar: MediaID?
    package let coverImage: String?
    /// `YYYY-MM-DD`
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
    /// Whether others see when they are there.
    package let showsOnlineStatus: Bool
}
