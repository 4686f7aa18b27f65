import Domain

/// The body of `PUT /users/:id/profile`: a missing member keeps its value, null clears it; the members of `preferences`
/// one by one. Members that the owner cannot change (role, stats, ids) are ignored (S1-48).
enum ProfileChangesBody {
    /// - Throws: An error about every wrong member.
    static func changes(in fields: BodyFields) throws(DomainError) -> ProfileChanges {
        let (displayName, bio, location) = (
            fields.change("displayName") { try ProfileText.displayName($0) },
            fields.change("bio") { try ProfileText.biography($0) },
            fields.change("location") { try ProfileText.location($0) }
        )
        let (genres, instruments) = (
            fields.list("genres") { try ProfileText.list($0, field: "genres") },
            fields.list("instruments") { try ProfileText.list($0, field: "instruments") }
        )
        let links: Change<SocialLinks>? = fields.change("socialLinks") { try Self.socialLinks(in: $0) }
        let preferences: Change<Preferences>? = fields.change("preferences") { try Self.preferences(in: $0) }
        var changes = ProfileChanges()
        (changes.displayName, changes.bio, changes.location) = try fields.all(displayName, bio, location)
        (changes.genres, changes.instruments) = try fields.all(genres, instruments)
        let (newLinks, chosen) = try fields.all(links, preferences)
        changes.socialLinks = newLinks.map { $0 ?? SocialLinks() }
        if let chosen, let chosen {
            (changes.wantsEmail, changes.showsOnlineStatus, changes.isPrivate) = chosen
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
