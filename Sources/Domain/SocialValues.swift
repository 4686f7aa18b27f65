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

/// The text of a message: 1 to 2,000 characters.
package struct MessageText: Sendable {
    /// Characters.
    package static let longest = 2_000
    private static let rules = TextRules.message(atMost: longest)

    package let text: String

    /// - Throws: `message_empty`, `message_too_long`, `message_not_text`.
    package init(_ text: String) throws(DomainError) {
        do { self.text = try Self.rules.read(text) } catch { throw DomainError(message: error) }
    }
}

extension DomainError {
    fileprivate init(message problem: TextRules.Problem) {
        switch problem {
        case .showsNothing:
            self.init(.messageEmpty, .invalid, field: "content", "content must not be empty")
        case .tooLong:
            self.init(
                .messageTooLong, .invalid, field: "content",
                "content must be at most \(MessageText.longest) characters long")
        case .forbiddenCharacter:
            self.init(.messageNotText, .invalid, field: "content", "content must not contain a NUL character")
        }
    }
}

/// Changes of a message by its sender. Nil keeps a value; the inner nil of the address clears it.
package struct MessageChanges: Sendable {
    package let content: MessageText?
    package let mediaURL: Change<String>

    /// - Throws: `validation_failed` if nothing changes.
    package init(content: MessageText?, mediaURL: Change<String>) throws(DomainError) {
        guard content != nil || mediaURL != nil else { throw .invalid("Send content or mediaUrl") }
        self.content = content
        self.mediaURL = mediaURL
    }
}

/// A reaction to a message: one emoji.
package struct MessageReaction: Sendable {
    package let emoji: String

    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        // The longest emoji, of families and flags, have about 40 bytes.
        guard text.utf8.count <= 64, text.count == 1, let first = text.unicodeScalars.first,
            Self.isEmoji(first, in: text)
        else { throw DomainError(field: "emoji", reason: "emoji must be one emoji") }
        emoji = text
    }

    /// Digits and letters such as © are emoji with a variation selector alone.
    private static func isEmoji(_ first: Unicode.Scalar, in text: String) -> Bool {
        guard first.properties.isEmoji else { return false }
        return first.value > 0xFF || text.unicodeScalars.contains("\u{FE0F}")
    }
}

/// The text that a friend request carries: 1 to 500 characters.
package struct FriendRequestText: Sendable {
    private static let rules = TextRules.message(atMost: FriendLimits.requestMessage)

    package let text: String

    /// Returns nil for an empty text, which is none.
    /// - Throws: `validation_failed`.
    package static func reading(_ text: String) throws(DomainError) -> FriendRequestText? {
        text.isEmpty ? nil : try FriendRequestText(text)
    }

    /// - Throws: `validation_failed`.
    package init(_ text: String) throws(DomainError) {
        do {
            self.text = try Self.rules.read(text)
        } catch {
            throw DomainError(
                field: "message",
                reason: "message must be at most \(Self.rules.longest) characters long, and show something")
        }
    }
}

/// The title of a game that a user plays: 1 to 100 characters on one line.
package struct GameTitle: Sendable {
    private static let rules = TextRules.name(atMost: 100)

    package let text: String

    package init(_ text: String) throws(DomainError) {
        do {
            self.text = try Self.rules.read(text)
        } catch {
            throw DomainError(
                field: "currentGame", reason: "currentGame must be 1 to 100 characters on one line, or null")
        }
    }
}

/// The presence of a user.
package enum PresenceStatus: String, Sendable, CaseIterable {
    case online, away, offline
}

/// The purpose of an uploaded file.
package enum MediaPurpose: String, Sendable {
    case avatar, track, cover, other
    /// For posts and messages.
    case picture
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
