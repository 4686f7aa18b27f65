package import Domain
import Postgres

/// A kind of an event of a user, as its row names it (Functions/user_events.sql).
package enum UserEventKind: Int, Sendable {
    case newMessage = 1
    case messageRead, messageDeleted, notification, notificationRead, notificationGroupRead
    case friendRequested = 10
    case friendAccepted, friendRequestWithdrawn, friendRemoved
    case relationChanged = 20
}

/// An event of a user with what it is about as the user sees it now.
package struct UserEvent: Sendable {
    package enum Content: Sendable {
        /// Sent by or to the user.
        case newMessage(Message)
        case messageRead(Message)
        /// For both users, or for the user alone.
        case messageDeleted(MessageID)
        /// - Parameter actor: The user who caused it; nil if there is none.
        case notification(Notification, actor: UserCard?)
        /// One notification.
        case notificationRead(NotificationID)
        /// The notifications of a group, up to this one.
        case notificationGroupRead(NotificationID)
        case allNotificationsRead
        /// - Parameters:
        ///   - request: Nil of a friendship that ended.
        ///   - card: Of the other user; nil if the change is the end of what was between the two.
        case friendsChanged(FriendChange, FriendshipID?, with: UserID, card: UserCard?)
        /// A block of one of the two began or ended. Never shown to users.
        case relationChanged(with: UserID)
        /// Its cause is gone, or the user does not see it any more.
        case hidden
    }

    package let position: EventPosition
    package let content: Content

    /// Reads a row of the statement of ``UserEventLog``, from the number of the event on.
    init(_ row: inout Row) throws(PostgresError) {
        position = EventPosition(sequence: try row.int(), microseconds: Int64(try row.int()))
        let kind = UserEventKind(rawValue: try row.int())
        let entity = try row.optionalUUID().map { Identifier(high: $0.0, low: $0.1) }
        let actor = try row.optionalID(UserID.self)
        let isShown = try row.bool()
        let message = try row.group(of: 11) { row throws(PostgresError) in try Message(&row) }
        let notice = try row.group(of: 10) { row throws(PostgresError) in try Notification(&row) }
        let card = try row.group(of: 6) { row throws(PostgresError) in try UserCard(&row) }
        content = isShown ? Self.content(kind, entity, actor, message, notice, card) : .hidden
    }

    private static func content(
        _ kind: UserEventKind?, _ entity: Identifier?, _ actor: UserID?, _ message: Message?, _ notice: Notification?,
        _ card: UserCard?
    ) -> Content {
        let request = entity.map { FriendshipID($0) }
        return switch kind {
        case .newMessage: message.map { .newMessage($0) } ?? .hidden
        case .messageRead: message.flatMap { $0.readAt == nil ? nil : .messageRead($0) } ?? .hidden
        case .messageDeleted: entity.map { .messageDeleted(MessageID($0)) } ?? .hidden
        case .notification: notice.map { .notification($0, actor: card) } ?? .hidden
        case .notificationRead: entity.map { .notificationRead(NotificationID($0)) } ?? .allNotificationsRead
        case .notificationGroupRead: entity.map { .notificationGroupRead(NotificationID($0)) } ?? .hidden
        case .friendRequested: actor.map { .friendsChanged(.requested, request, with: $0, card: card) } ?? .hidden
        case .friendAccepted: actor.map { .friendsChanged(.accepted, request, with: $0, card: card) } ?? .hidden
        case .friendRequestWithdrawn: actor.map { .friendsChanged(.withdrawn, request, with: $0, card: nil) } ?? .hidden
        case .friendRemoved: actor.map { .friendsChanged(.removed, nil, with: $0, card: nil) } ?? .hidden
        case .relationChanged: actor.map { .relationChanged(with: $0) } ?? .hidden
        // Of a later version.
        case nil: .hidden
        }
    }
}

extension Row {
    /// Reads columns of a joined row behind one that says whether there is one.
    fileprivate mutating func group<Value>(
        of columns: Int, _ read: (inout Row) throws(PostgresError) -> Value
    ) throws(PostgresError) -> Value? {
        guard try bool() else {
            skip(columns)
            return nil
        }
        return try read(&self)
    }
}

/// Where stores report the events that a statement has appended and committed, so that those who wait for them are
/// told. A report that is lost delays an event, and loses none.
package struct UserEventOutlet: Sendable {
    package static let none = UserEventOutlet { _ in }
    private let report: @Sendable ([AppendedEvent]) -> Void

    package init(_ report: @escaping @Sendable ([AppendedEvent]) -> Void) {
        self.report = report
    }

    /// Reads the column `appended_events()` and reports what it has.
    func take(_ row: inout Row) throws(PostgresError) {
        guard let text = try row.optionalText() else { return }
        report(
            text.split(separator: ",").compactMap { entry in
                let words = entry.split(separator: " ")
                guard words.count == 3, let user = UserID(String(words[0])), let sequence = Int(words[1]),
                    let microseconds = Int64(words[2])
                else { return nil }
                return AppendedEvent(
                    user: user, position: EventPosition(sequence: sequence, microseconds: microseconds))
            })
    }
}
