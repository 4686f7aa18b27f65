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
    case friendRequest, message, user, announcement, post, comment, report, moderationAction
    /// A friend request that was accepted.
    case friendship
    /// The user who achieved something.
    case achievement
}

/// What SocialPlay's document calls the type of a notification (S2-35). Closed: kinds that it does not know are of the
/// product itself.
package enum NotificationCategory: String, Sendable {
    case like, comment, follow, mention, message, system
}

/// When a notification need not be created, pushed or mailed any more.
package enum NotificationObsolescence: String, Sendable, CaseIterable {
    case never
    /// Its entity is a friend request that was answered or withdrawn.
    case friendRequestAnswered = "friend_request_answered"
    // From here on the inbox hides it, too: the SQL function `current_cause` has the rules. Functions/inbox_changes.sql
    // finds their groups (``NotificationDescriptor/isFoundByCause``).
    /// Its entity is a message that was read, or was deleted: then the inbox hides it.
    case messageRead = "message_read"
    /// Its actor does not like the post any more that is its entity.
    case likeEnded = "like_ended"
    /// Its actor does not follow the receiver any more.
    case followEnded = "follow_ended"
    /// Its entity is a comment on a post of the receiver that was deleted.
    case commentDeleted = "comment_deleted"
    /// Its entity is a comment that was deleted, or whose post the receiver does not see.
    case commentHidden = "comment_hidden"
    /// Its entity is a post or comment that was deleted, or does not mention the receiver any more, or whose post the
    /// receiver does not see.
    case mentionEnded = "mention_ended"
}

/// What notifications of one kind have in common that are one entry of a grouped list, and of which one is pushed while
/// it is unread: a post that many users like must not push to its author as often.
package enum NotificationGrouping: String, Sendable {
    /// The entity.
    case entity
    /// The post of the comment that is the entity.
    case post
    case receiver
    /// The user who caused them; each is pushed.
    case actor
}

/// Everything in which one kind of notification differs from another. A new kind is a new descriptor in
/// ``NotificationCatalog/standard``, and nothing else unless it has a rule of its own for when it is obsolete: inbox,
/// push, e-mail, preferences and quiet hours follow it.
package struct NotificationDescriptor: Sendable {
    package let kind: NotificationKind
    package let category: NotificationCategory
    /// The user's preference for it. Nil: it goes to the inbox alone and cannot be turned off.
    package let preference: NotificationPreferences.Setting?
    package let entity: NotificationEntity
    package let obsolescence: NotificationObsolescence
    /// How many notifications of this kind are mailed to a user within an hour, by any number of actors: further ones
    /// are in the inbox, and not in an e-mail. Nil: all are mailed.
    package let hourlyMailLimit: Int?
    /// What makes several notifications one entry. Nil: each is an entry, and is pushed.
    package let grouping: NotificationGrouping?
    /// Whether events of several actors about one entity differ: likes of one post.
    package let isPerActor: Bool
    private let english: NotificationText
    private let russian: NotificationText

    package init(
        _ kind: NotificationKind, _ category: NotificationCategory = .system,
        preference: NotificationPreferences.Setting?, about entity: NotificationEntity,
        obsolete obsolescence: NotificationObsolescence = .never, hourlyMailLimit: Int? = nil,
        grouped grouping: NotificationGrouping? = nil, isPerActor: Bool = false,
        english: NotificationText, russian: NotificationText
    ) {
        self.kind = kind
        self.category = category
        self.preference = preference
        self.entity = entity
        self.obsolescence = obsolescence
        self.hourlyMailLimit = hourlyMailLimit
        self.grouping = grouping
        self.isPerActor = isPerActor
        self.english = english
        self.russian = russian
    }

    /// Whether a change of the cause invalidates the group that the notification is in (Functions/inbox_changes.sql):
    /// posts, comments and likes name groups by the post, follows by the followed user.
    package var isFoundByCause: Bool {
        switch obsolescence {
        case .never, .friendRequestAnswered, .messageRead: true
        case .likeEnded: grouping == .entity && entity == .post
        case .followEnded: grouping == .receiver
        case .commentDeleted, .commentHidden: grouping == .post
        case .mentionEnded: grouping == (entity == .post ? .entity : .post)
        }
    }

    package func text(in language: Language) -> NotificationText {
        switch language {
        case .english: english
        case .russian: russian
        }
    }
}
