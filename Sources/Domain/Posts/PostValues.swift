/// Who may see a post (S2-29).
package enum PostVisibility: String, Sendable, CaseIterable {
    case everyone = "PUBLIC"
    case followers = "FOLLOWERS"
    /// The author alone.
    case author = "PRIVATE"
}

/// The kind of the files that a post shows (S2-28).
package enum PostMediaType: String, Sendable, CaseIterable {
    case image = "IMAGE"
    case video = "VIDEO"
    case document = "DOCUMENT"
}

/// The text of a post: 1 to 5,000 characters.
package enum PostText {
    /// Characters.
    package static let longest = 5_000
    private static let rules = TextRules.prose(atMost: longest)

    /// - Throws: `validation_failed`.
    package static func content(_ text: String) throws(DomainError) -> String {
        try read(text, rules)
    }

    /// Characters of a comment.
    package static let longestComment = 2_000
    private static let commentRules = TextRules.prose(atMost: longestComment)

    /// The text of a comment: 1 to 2,000 characters.
    /// - Throws: `validation_failed`.
    package static func comment(_ text: String) throws(DomainError) -> String {
        try read(text, commentRules)
    }

    private static func read(_ text: String, _ rules: TextRules) throws(DomainError) -> String {
        do { return try rules.read(text) } catch {
            throw DomainError(
                field: "content",
                reason: error == .forbiddenCharacter
                    ? "content must not contain control characters"
                    : "content must be 1 to \(rules.longest) characters long, and show something")
        }
    }

    /// The most files of one post.
    package static let mostMediaURLs = 10

    /// The addresses of the files that a post shows: at most ten, each once. They are never fetched.
    /// - Throws: `validation_failed`.
    package static func mediaURLs(_ addresses: [String]) throws(DomainError) -> [String] {
        guard addresses.count <= mostMediaURLs else {
            throw DomainError(field: "mediaUrls", reason: "mediaUrls must have at most \(mostMediaURLs) addresses")
        }
        var list: [String] = []
        for address in addresses {
            let address = try ProfileText.webAddress(address, field: "mediaUrls")
            if !list.contains(address) { list.append(address) }
        }
        return list
    }
}

/// A post before it is published.
package struct PostDraft: Sendable {
    package let content: String
    package let mediaURLs: [String]
    package let mediaType: PostMediaType?
    package let visibility: PostVisibility

    package init(content: String, mediaURLs: [String], mediaType: PostMediaType?, visibility: PostVisibility) {
        self.content = content
        self.mediaURLs = mediaURLs
        self.mediaType = mediaType
        self.visibility = visibility
    }
}

/// Changes of a post by its author. Nil keeps a value; the inner nil of the media type clears it.
package struct PostChanges: Sendable {
    package var content: String?
    package var mediaURLs: [String]?
    package var mediaType: Change<PostMediaType> = nil
    package var visibility: PostVisibility?

    package init() {}
}
