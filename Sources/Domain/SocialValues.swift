/// Limits of friendships and user search.
package enum FriendLimits {
    /// The most friends of one user: they are all in one response.
    package static let friends = 5_000
    /// The most characters of the message of a friend request.
    package static let requestMessage = 500
    /// The most users that one search returns.
    package static let found = 50
    /// The allowed number of characters of a search text.
    package static let query = 2...50
}

/// The text of a message: 1 to 2,000 characters (grapheme clusters).
package struct MessageText: Sendable {
    /// Characters.
    package static let longest = 2_000

    package enum Problem: Error {
        case empty, tooLong, unwritable
    }

    package let text: String

    package init(_ text: String) throws(Problem) {
        // Bytes first: counting the characters of a large text is expensive.
        guard text.utf8.count <= 60_000, text.count <= Self.longest else { throw .tooLong }
        guard text.contains(where: { !$0.isWhitespace }) else { throw .empty }
        guard !text.utf8.contains(0) else { throw .unwritable }
        self.text = text
    }
}

/// The title of a game that a user plays: 1 to 100 characters on one line.
package struct GameTitle: Sendable {
    package let text: String

    package init(_ text: String) throws(DomainError) {
        guard text.utf8.count <= 1_600, (1...100).contains(text.count),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            throw DomainError(
                field: "currentGame", reason: "currentGame must be 1 to 100 characters on one line, or null")
        }
        self.text = text
    }
}

/// The presence of a user.
package enum PresenceStatus: String, Sendable, CaseIterable {
    case online, away, offline
}

/// The purpose of an uploaded file.
package enum MediaPurpose: String, Sendable {
    case avatar, track, cover, other
}

/// The processing state of an uploaded file.
package enum MediaState: String, Sendable {
    /// Stored, not yet processed.
    case pending
    /// Processed; its variants exist.
    case ready
    /// Cannot be used; the failure has the reason.
    case failed
}
