import Chassis
import Domain
import Features
import HTTP

/// Events as clients get them: a name, and data in the form that `/api/v1` has for the same things.
struct EventPayloads: Sendable {
    let responses: SocialPlayResponses

    init(publicBaseURL: String) {
        responses = SocialPlayResponses(publicBaseURL: publicBaseURL)
    }

    /// The name of the event; nil of one that no client gets.
    static func name(of event: ClientEvent) -> String? {
        switch event.content {
        case .newMessage: "new_message"
        case .messageRead: "message_read"
        case .messageDeleted: "message_deleted"
        case .notification: "notification"
        case .notificationRead, .allNotificationsRead: "notification_read"
        case .friendsChanged: "friends_changed"
        case .relationChanged: nil
        }
    }

    /// Writes the members of the event's data.
    /// - Parameter user: Who gets it.
    func write(_ event: ClientEvent, for user: UserID, to object: inout JSONWriter) {
        switch event.content {
        case .newMessage(let message), .messageRead(let message): responses.write(message, to: &object)
        case .messageDeleted(let id): object.member("id", id)
        case .notification(let group): responses.write(group, of: user, to: &object)
        case .notificationRead(let id, let isGroup):
            object.member("id", id)
            object.member("isGroup", isGroup)
        case .allNotificationsRead: object.member("all", true)
        case .friendsChanged(let change, let request, let other, let card):
            object.member("change", change.rawValue)
            object.member("userId", other)
            object.member("requestId", request)
            if let card { object.object("user") { responses.write(card, to: &$0) } }
        case .relationChanged: break
        }
    }
}
