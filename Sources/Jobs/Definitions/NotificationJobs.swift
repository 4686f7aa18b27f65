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
    /// The request, message, post or other row; a user is notified of each once.
    package let entity: Identifier
    /// Of an achievement; of a moderator's action its reason.
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

    /// Returns the key by which a second notification of the same event is recognised.
    package func event(_ descriptor: NotificationDescriptor) -> String {
        // The title of an action is its reason, which two actions may have in common.
        let name = descriptor.entity == .moderationAction ? entity.description : title ?? entity.description
        let key = "\(about.rawValue):\(name)"
        guard descriptor.isPerActor, let actor else { return key }
        return "\(key):\(actor)"
    }
}

/// Finds the users whom the text of a post or comment mentions, and enqueues a ``Notify`` for each who was not
/// mentioned before.
package struct NotifyMentions: Job, Equatable {
    package static let kind = "notify-mentions"
    package static let queue = QueueName.notifications
    package static let attempts = 20

    /// The post or comment.
    package let text: Identifier
    package let isComment: Bool

    package init(in post: PostID) {
        text = post.identifier
        isComment = false
    }

    package init(in comment: CommentID) {
        text = comment.identifier
        isComment = true
    }

    /// Written without `JSONEncoder`, because a request waits for it.
    package func payload() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("text", text.description)
            object.member("isComment", isComment)
        }
        return writer.bytes
    }
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
