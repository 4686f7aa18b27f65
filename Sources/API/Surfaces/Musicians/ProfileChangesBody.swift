import Domain

/// The body of `PUT /users/:id/profile`: a missing member keeps its value, null clears it; the members of `preferences`
/// one by one. Members that the owner cannot change (role, stats, ids) are ignored (S1-48).
enum ProfileChangesBody {
    /// - Throws: An error about every wrong member.
    static func changes(in fields: BodyFields) throws(DomainError) -> ProfileChanges {
        // All members are read before the first error is thrown, so that it names every wrong one.
        let displayName = fields.change("displayName") { try ProfileText.displayName($0) }
        let bio = fields.change("bio") { try ProfileText.biography($0) }
        let location = fields.change("location") { try ProfileText.location($0) }
        let genres = fields.list("genres") { try ProfileText.list($0, field: "genres") }
        let instruments = fields.list("instruments") { try ProfileText.list($0, field: "instruments") }
        let links = fields.change("socialLinks", object: socialLinks)
        let preferences = fields.change("preferences", object: preferences)

        var changes = ProfileChanges()
        (changes.displayName, changes.bio, changes.location) = try fields.all(displayName, bio, location)
        (changes.genres, changes.instruments) = try fields.all(genres, instruments)
        let (newLinks, newPreferences) = try fields.all(links, preferences)
        changes.socialLinks = newLinks.map { $0 ?? SocialLinks() }
        if let newPreferences, let newPreferences {
            (changes.wantsEmail, changes.showsOnlineStatus, changes.isPrivate) = newPreferences
        }
        return changes
    }

    private typealias Preferences = (wantsEmail: Bool?, showsOnlineStatus: Bool?, isPrivate: Bool?)

    private static func socialLinks(in fields: BodyFields) throws -> SocialLinks {
        var links = SocialLinks()
        for site in SocialLinks.Site.allCases {
            guard let link = fields.optional(site.rawValue, as: String.self), let link, !link.isEmpty else { continue }
            fields.check { () throws(DomainError) in try links.set(site, link) }
        }
        try fields.check()
        return links
    }

    private static func preferences(in fields: BodyFields) throws -> Preferences {
        try fields.all(
            fields.optional("emailNotifications", as: Bool.self), fields.optional("showOnlineStatus", as: Bool.self),
            fields.optional("privateProfile", as: Bool.self))
    }
}
