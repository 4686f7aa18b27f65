package import Chassis
package import Domain
import Postgres

/// A profile as others see it.
package struct Profile: Sendable {
    package let user: UserID
    package let username: String
    package let displayName: String?
    package let bio: String?
    package let avatar: Avatar?
    /// The uploaded cover.
    package let cover: MediaID?
    /// The address of a cover at another site.
    package let coverAddress: String?
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
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    /// The users whom this one follows, the newest first.
    package let following: [UserID]
    /// Whether the viewer sees the details of a private profile.
    package let showsDetails: Bool

    /// Reads a row of the view `profile_entries`, the visible follows, whether the viewer sees the details, and how
    /// many hidden follows the viewer's own profile counts.
    init(_ row: inout Row) throws(PostgresError) {
        user = try row.id(UserID.self)
        username = try row.text()
        displayName = try row.optionalText()
        bio = try row.optionalText()
        avatar = Avatar(upload: try row.optionalID(MediaID.self), address: try row.optionalText())
        cover = try row.optionalID(MediaID.self)
        coverAddress = try row.optionalText()
        location = try row.optionalText()
        genres = try row.json()
        instruments = try row.json()
        socialLinks = try row.json()
        tracksCount = try row.int()
        followersCount = try row.int()
        let counted = try row.int()
        totalPlays = try row.int()
        wantsEmail = try row.bool()
        showsOnlineStatus = try row.bool()
        isPrivate = try row.bool()
        role = try row.word(AccountRole.self)
        persona = try row.word(Persona.self)
        createdAt = try row.timestamp()
        updatedAt = try row.timestamp()
        following = UserID.list(try row.optionalBytes() ?? [])
        showsDetails = try row.bool()
        followingCount = counted + (try row.int())
    }
}

extension UserID {
    /// Reads ids that follow one another, sixteen bytes each: one value costs less than thousands of rows.
    static func list(_ bytes: [UInt8]) -> [UserID] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 15, by: 16).map { start in
                let high = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                let low = bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
                return UserID(Identifier(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)))
            }
        }
    }
}
