package import Domain

/// Tell somebody of something that somebody else did, in the ways they want to be told.
package struct Notify: Job, Equatable {
    package static let kind = "notify"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let about: NotificationKind
    package let user: UserID
    package let actor: UserID?
    /// The request, message or friendship; for each of them they are told once.
    package let entity: Identifier
    /// Of an achievement.
    package let title: String?

    package init(
        _ about: NotificationKind, to user: UserID, by actor: UserID?, entity: Identifier, title: String? = nil
    ) {
        self.about = about
        self.user = user
        self.actor = actor
        self.entity = entity
        self.title = title
    }

    /// By what it is known that they were told.
    package var event: String { "\(about.rawValue):\(title ?? entity.description)" }
}
