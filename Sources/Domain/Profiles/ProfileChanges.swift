/// Changes of a profile by its owner. Nil keeps a value; the inner nil of an optional one clears it.
package struct ProfileChanges: Sendable {
    package var displayName: Change<String> = nil
    package var bio: Change<String> = nil
    package var location: Change<String> = nil
    package var genres: [String]?
    package var instruments: [String]?
    package var socialLinks: SocialLinks?
    package var wantsEmail: Bool?
    package var showsOnlineStatus: Bool?
    package var isPrivate: Bool?

    package init() {}

    package var isEmpty: Bool {
        displayName == nil && bio == nil && location == nil && genres == nil && instruments == nil
            && socialLinks == nil && wantsEmail == nil && showsOnlineStatus == nil && isPrivate == nil
    }
}

/// The addresses of a musician elsewhere (S1-163).
package struct SocialLinks: Sendable, Equatable {
    package enum Site: String, Sendable, CaseIterable {
        case youtube, vk, telegram
    }

    package private(set) var links: [Site: String] = [:]

    package init() {}

    /// Adds a link: an http or https address, and for Telegram also a name such as `@johndoe`.
    /// - Throws: `validation_failed`.
    package mutating func set(_ site: Site, _ text: String) throws(DomainError) {
        let field = "socialLinks.\(site.rawValue)"
        if site == .telegram, text.wholeMatch(of: /@[A-Za-z0-9_]{3,64}/) != nil {
            links[site] = text
        } else {
            links[site] = try ProfileText.webAddress(text, field: field)
        }
    }
}

extension ProfileText {
    /// The name that a musician shows: 1 to 100 characters on one line.
    package static func displayName(_ text: String) throws(DomainError) -> String {
        try line(text, field: "displayName", atMost: 100)
    }

    /// 1 to 100 characters on one line.
    package static func location(_ text: String) throws(DomainError) -> String {
        try line(text, field: "location", atMost: 100)
    }

    /// A list of genres or instruments: at most 50, each 1 to 64 characters on one line and only once
    /// (S1-165).
    package static func list(_ items: [String], field: String) throws(DomainError) -> [String] {
        guard items.count <= 50 else { throw DomainError(field: field, reason: "\(field) must have at most 50 items") }
        var list: [String] = []
        for item in items {
            let item = try line(item, field: field, atMost: 64)
            if !list.contains(item) { list.append(item) }
        }
        return list
    }
}
