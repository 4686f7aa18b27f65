import Chassis
import Domain

/// The body of `PUT /api/v1/users/me`: a missing member keeps its value, null clears it. Members that the owner cannot
/// change (role, counters, ids) are ignored.
enum AccountChangesBody {
    /// - Throws: An error about every wrong member.
    static func changes(
        in fields: BodyFields, of user: UserID, avatars: AvatarAddress
    ) throws(DomainError) -> AccountChanges {
        let today = String(Timestamp.now.text(.seconds).prefix(10))
        let (username, language, showsOnlineStatus) = (
            fields.optional("username") { try Username($0) }, fields.optional("language") { try Self.language($0) },
            fields.optional("showOnlineStatus", as: Bool.self)
        )
        let (firstName, lastName) = (
            fields.change("firstName") { try ProfileText.name($0, field: "firstName") },
            fields.change("lastName") { try ProfileText.name($0, field: "lastName") }
        )
        let (bio, phone) = (
            fields.change("bio") { try ProfileText.biography($0) },
            fields.change("phone") { try ProfileText.phone($0) }
        )
        let avatar = fields.change("avatar") {
            try AvatarChoice($0, uploadsBelow: avatars.uploads, own: avatars.upload(of: user))
        }
        let coverImage = fields.change("coverImage") { try ProfileText.webAddress($0, field: "coverImage") }
        let dateOfBirth = fields.change("dateOfBirth") { try BirthDate($0, notAfter: today) }
        var changes = AccountChanges()
        (changes.username, changes.language, changes.showsOnlineStatus) = try fields.all(
            username, language, showsOnlineStatus)
        (changes.firstName, changes.lastName, changes.bio, changes.phone) = try fields.all(
            firstName, lastName, bio, phone)
        (changes.avatar, changes.coverImage, changes.dateOfBirth) = try fields.all(avatar, coverImage, dateOfBirth)
        return changes
    }

    private static func language(_ text: String) throws(DomainError) -> Language {
        guard let language = Language(rawValue: text) else {
            let names = Language.allCases.map(\.rawValue).joined(separator: " or ")
            throw DomainError(field: "language", reason: "language must be \(names)")
        }
        return language
    }
}
