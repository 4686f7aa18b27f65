import Chassis
package import Domain
import Storage

/// The use cases of events, of one event loop.
package struct EventFeature: Sendable {
    package let read: ReadEvents
    /// To be started with the connections of the loop.
    package let signals: UserEventSignals

    package init(_ environment: FeatureEnvironment) {
        let signals = UserEventSignals(on: environment.loop, redis: environment.redis)
        self.signals = signals
        read = ReadEvents(
            log: UserEventLog(environment.database), signals: signals, limit: environment.shared.eventWaits,
            revoked: environment.revoked, catalog: .standard)
        environment.revoked.observe { sessions in signals.loop.post { signals.end(sessions) } }
    }
}

/// An event as a client gets it.
package struct ClientEvent: Sendable {
    package enum Content: Sendable {
        case newMessage(ChatMessage)
        case messageRead(ChatMessage)
        case messageDeleted(MessageID)
        /// As an entry of the inbox by itself.
        case notification(InboxGroup)
        /// - Parameter isGroup: Whether the notifications of its group up to this one were read, or it alone.
        case notificationRead(NotificationID, isGroup: Bool)
        case allNotificationsRead
        /// - Parameter user: The other user; nil if the change ends what was between the two.
        case friendsChanged(FriendChange, FriendshipID?, with: UserID, user: ListedAuthor?)
        /// For the process alone: what is cached of the two users is out of date.
        case relationChanged(with: UserID)
    }

    package let position: EventPosition
    package let content: Content
}

/// Events behind a position.
package struct EventPage: Sendable {
    package let events: [ClientEvent]
    /// Where the next page begins: behind the last event that was looked at, shown or not.
    package let position: EventPosition
    /// Whether the client must read everything again, and go on at ``position``: what it missed is not known any more.
    package let isResync: Bool
    /// Whether no further events follow.
    package let isLast: Bool
}
