/// The text that posts are searched by: words, "phrases", `or`, and `-` before what must not be there. Whatever else it
/// holds is read as words.
package struct PostQuery: Sendable {
    /// Characters.
    package static let longest = 200
    private static let rules = TextRules.message(atMost: longest)
    package let text: String

    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        do { self.text = try Self.rules.read(text) } catch {
            throw DomainError(
                field: "q",
                reason: error == .forbiddenCharacter
                    ? "q must not contain U+0000" : "q must be 1 to \(Self.longest) characters long, and show something"
            )
        }
    }
}

/// A hashtag that a reader asks for, or the beginning of one, with or without `#`. PostgreSQL folds it, as it folds
/// those of posts.
package struct Hashtag: Sendable {
    /// Code points of a tag, without `#`.
    package static let longest = 64
    /// Without `#`.
    package let text: String

    /// A whole tag: letters of any script, digits and underscores, with at least one letter.
    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        try self.init(beginning: text, field: "tag")
        guard self.text.unicodeScalars.allSatisfy(\.continuesHashtag),
            self.text.unicodeScalars.contains(where: \.isLetter)
        else {
            throw DomainError(
                field: "tag", reason: "tag must have letters, digits and underscores alone, and at least one letter")
        }
    }

    /// The beginning of a tag, maybe empty. No tag begins with a text that has other characters than tags have.
    /// - Throws: `validation_failed`.
    package init(beginning text: String, field: String = "q") throws(DomainError) {
        let scalars = text.unicodeScalars
        let tag = scalars.first == "#" || scalars.first == "＃" ? scalars.dropFirst() : scalars[...]
        // Bytes first: counting a large text is expensive.
        guard text.utf8.count <= 5 * Self.longest, tag.count <= Self.longest, !tag.contains("\0") else {
            throw DomainError(
                field: field, reason: "\(field) must have at most \(Self.longest) characters, and not U+0000")
        }
        self.text = String(String.UnicodeScalarView(tag)).composed
    }
}

extension Unicode.Scalar {
    fileprivate var isLetter: Bool { properties.isAlphabetic }

    fileprivate var continuesHashtag: Bool {
        if isLetter || self == "_" { return true }
        return switch properties.generalCategory {
        case .decimalNumber, .nonspacingMark, .spacingMark: true
        default: false
        }
    }
}

/// The place behind a post among the results of a search: pages that continue there show none twice, whatever is
/// published meanwhile. Clients treat its text as opaque.
package struct SearchCursor: Sendable, Equatable, LosslessStringConvertible {
    /// The newest post of the search's first page: newer ones are left out.
    package let newest: PostID
    /// The rank of the last post of the page.
    package let rank: Int
    package let last: PostID

    package init(newest: PostID, rank: Int, last: PostID) {
        self.newest = newest
        self.rank = rank
        self.last = last
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 3, let newest = Identifier(String(parts[0])), let rank = Int32(parts[1]),
            let last = Identifier(String(parts[2]))
        else { return nil }
        self.init(newest: PostID(newest), rank: Int(rank), last: PostID(last))
    }

    package var description: String { "\(newest)~\(rank)~\(last)" }
}
