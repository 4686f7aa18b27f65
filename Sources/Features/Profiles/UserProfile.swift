package import Chassis
package import Domain
import Storage

/// A profile as a viewer sees it. Of a private profile whose details the viewer does not see, only the name, the
/// avatar, the counters and the settings are there.
package struct UserProfile: Sendable {
    package let user: UserID
    package let username: String
    package let displayName: String?
    package let bio: String?
    package let avatar: Avatar?
    package let cover: CoverImage?
    package let location: String?
    /// A JSON array of texts.
    package let genres: [UInt8]
    /// A JSON array of texts.
    package let instruments: [UInt8]
    /// A JSON object of texts.
    package let socialLinks: [UInt8]
    package let tracksCount: Int
    package let followersCount: Int
    package let followingCount: Int
    package let totalPlays: Int
    package let wantsEmail: Bool
    package let showsOnlineStatus: Bool
    package let isPrivate: Bool
    package let role: AccountRole
    package let persona: Persona
    /// The users whom this one follows, the newest first; at most ten thousand.
    package let following: [UserID]
    package let createdAt: Timestamp
    package let updatedAt: Timestamp

    /// The picture behind a profile.
    package enum CoverImage: Sendable {
        case uploaded(MediaID)
        /// At another site, by its address.
        case external(String)
    }

    init(_ profile: Profile) {
        let isShown = profile.showsDetails
        user = profile.user
        username = profile.username
        displayName = profile.displayName
        bio = isShown ? profile.bio : nil
        avatar = profile.avatar
        cover = isShown ? profile.cover.map { .uploaded($0) } ?? profile.coverAddress.map { .external($0) } : nil
        location = isShown ? profile.location : nil
        genres = isShown ? profile.genres : Array("[]".utf8)
        instruments = isShown ? profile.instruments : Array("[]".utf8)
        socialLinks = isShown ? profile.socialLinks : Array("{}".utf8)
        tracksCount = profile.tracksCount
        followersCount = profile.followersCount
        followingCount = profile.followingCount
        totalPlays = profile.totalPlays
        wantsEmail = profile.wantsEmail
        showsOnlineStatus = profile.showsOnlineStatus
        isPrivate = profile.isPrivate
        role = profile.role
        persona = profile.persona
        following = isShown ? profile.following : []
        createdAt = profile.createdAt
        updatedAt = profile.updatedAt
    }
}
