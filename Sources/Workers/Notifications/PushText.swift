import Chassis
import Domain
import Storage

/// What a push says: who did what, and where to look. What was written in a message is not in it.
struct PushText: Sendable {
    private let notification: Notification

    init(_ notification: Notification) {
        self.notification = notification
    }

    /// - Parameter delivery: Which delivery it is; the same for every attempt.
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

    private var title: String {
        let somebody = notification.actorName ?? "Somebody"
        return switch notification.kind {
        case .friendRequest: "\(somebody) wants to be your friend"
        case .friendRequestAccepted: "\(somebody) is your friend now"
        case .newMessage: "\(somebody) has written to you"
        case .achievement, .announcement: notification.title ?? "There is news"
        }
    }
}
