/// The name of a kind of notification, as the database stores it and clients see it. An open set: what a kind means is
/// in its ``NotificationDescriptor``.
package struct NotificationKind: RawRepresentable, Sendable, Hashable, Codable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The kinds of the product.
    package static var all: [NotificationKind] { NotificationCatalog.standard.descriptors.map(\.kind) }
}

/// The type of row that a notification's entity id refers to.
package enum NotificationEntity: Sendable {
    case friendRequest, message, user, announcement, post, comment
}

/// When a notification need not be created, pushed or mailed any more.
package enum NotificationObsolescence: String, Sendable, CaseIterable {
    case never
    /// Its entity is a message that was read or deleted.
    case messageRead = "message_read"
    /// Its entity is a friend request that was answered or withdrawn.
    case friendRequestAnswered = "friend_request_answered"
}

/// Everything in which one kind of notification differs from another. A new kind is a new descriptor in
/// ``NotificationCatalog/standard``, and nothing else: inbox, push, e-mail, preferences and quiet hours follow it.
package struct NotificationDescriptor: Sendable {
    package let kind: NotificationKind
    /// The user's preference for it. Nil: it goes to the inbox alone and cannot be turned off.
    package let preference: NotificationPreferences.Setting?
    package let entity: NotificationEntity
    package let obsolescence: NotificationObsolescence
    /// How many notifications of this kind are mailed to a user within an hour, by any number of actors: further ones
    /// are in the inbox, and not in an e-mail. Nil: all are mailed.
    package let hourlyMailLimit: Int?
    private let english: NotificationText
    private let russian: NotificationText

    package init(
        _ kind: NotificationKind, preference: NotificationPreferences.Setting?, about entity: NotificationEntity,
        obsolete obsolescence: NotificationObsolescence = .never, hourlyMailLimit: Int? = nil,
        english: NotificationText, russian: NotificationText
    ) {
        self.kind = kind
        self.preference = preference
        self.entity = entity
        self.obsolescence = obsolescence
        self.hourlyMailLimit = hourlyMailLimit
        self.english = english
        self.russian = russian
    }

    package func text(in language: Language) -> NotificationText {
        switch language {
        case .english: english
        case .russian: russian
        }
    }
}
