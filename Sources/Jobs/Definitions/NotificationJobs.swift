import Chassis
package import Domain

/// Creates a notification and enqueues its delivery, as the user's preferences say.
package struct Notify: Job, Equatable {
    package static let kind = "notify"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    package let about: NotificationKind
    package let user: UserID
    package let actor: UserID?
    /// The request, message or friendship; a user is notified of each once.
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

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("about", about.rawValue)
            object.member("user", user.description)
            if let actor { object.member("actor", actor.description) }
            object.member("entity", entity.description)
            if let title { object.member("title", title) }
        }
        return writer.bytes
    }

    /// The key by which a second notification of the same event is recognised.
    package var event: String { "\(about.rawValue):\(title ?? entity.description)" }
}

/// Sends an announcement to all users: enqueues a ``DeliverAnnouncement`` for each thousand of them.
package struct SendAnnouncement: Job, Equatable {
    package static let kind = "send-announcement"
    package static let queue = QueueName.notifications
    package static let timeout = Duration.seconds(3_600)

    package let announcement: AnnouncementID

    package init(announcement: AnnouncementID) {
        self.announcement = announcement
    }
}

/// Creates the notifications of an announcement for some users.
package struct DeliverAnnouncement: Job, Equatable {
    package static let kind = "deliver-announcement"
    package static let queue = QueueName.notifications

    package let announcement: AnnouncementID
    /// Its name is part of the stored payload.
    package let people: [UserID]

    package init(announcement: AnnouncementID, people: [UserID]) {
        self.announcement = announcement
        self.people = people
    }
}
