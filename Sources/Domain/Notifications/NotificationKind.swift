/// What somebody is told of.
package enum NotificationKind: String, Sendable, Codable, CaseIterable {
    case friendRequest = "friend_request"
    case friendRequestAccepted = "friend_request_accepted"
    case newMessage = "new_message"
    case achievement
    /// Said to everybody.
    case announcement
}
