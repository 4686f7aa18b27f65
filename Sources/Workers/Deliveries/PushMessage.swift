import Chassis
import Domain
import Jobs
import Storage

/// The body of a push: who did what, and the ids to look it up. It never holds the text of a message.
struct PushMessage: Sendable {
    private let notification: Notification
    private let title: String

    /// - Throws: `JobError.unsupported` for a kind that is not in the catalog.
    init(_ notification: Notification, in language: Language, _ catalog: NotificationCatalog) throws(JobError) {
        guard let descriptor = catalog[notification.kind] else {
            throw .unsupported(reason: "there is no notification kind \(notification.kind.rawValue)")
        }
        self.notification = notification
        title = descriptor.text(in: language).push(actor: notification.actorName, title: notification.title)
    }

    /// - Parameter delivery: The id of the delivery; the same for every attempt.
    func json(for delivery: JobID) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("deliveryId", delivery.description)
            object.member("userId", notification.user.description)
            object.member("notificationId", notification.id.description)
            object.member("kind", notification.kind.rawValue)
            object.member("title", title)
            object.member("actorId", notification.actor?.description)
            object.member("entityId", notification.entity?.description)
            object.member("createdAt", notification.createdAt, .seconds)
        }
        return writer.bytes
    }
}
