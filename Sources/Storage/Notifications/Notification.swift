package import Chassis
package import Domain
import Postgres

/// A notification in a user's inbox.
package struct Notification: Sendable {
    package let id: NotificationID
    package let user: UserID
    package let kind: NotificationKind
    /// The user who caused it; nil if there is none, or if the account was deleted.
    package let actor: UserID?
    package let actorName: String?
    package let entity: Identifier?
    package let title: String?
    package let body: String?
    package let readAt: Timestamp?
    package let createdAt: Timestamp

    /// Reads the columns of the view `notification_entries`, in the order of the members above.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(NotificationID.self)
        user = try row.id(UserID.self)
        kind = NotificationKind(rawValue: try row.text())
        actor = try row.optionalID(UserID.self)
        actorName = try row.optionalText()
        entity = try row.optionalUUID().map { Identifier(high: $0.0, low: $0.1) }
        title = try row.optionalText()
        body = try row.optionalText()
        readAt = try row.optionalTimestamp()
        createdAt = try row.timestamp()
    }
}

/// A notification that is to be created.
package struct NewNotification: Sendable {
    package let id: NotificationID
    package let user: UserID
    package let kind: NotificationKind
    package let obsolescence: NotificationObsolescence
    package let hourlyMailLimit: Int?
    package let grouping: NotificationGrouping?
    package let actor: UserID?
    package let entity: Identifier
    package let title: String?
    /// The key of the event: a user has one notification of an event.
    package let event: String

    package init(
        id: NotificationID, user: UserID, _ descriptor: NotificationDescriptor, actor: UserID?, entity: Identifier,
        title: String?, event: String
    ) {
        self.id = id
        self.user = user
        kind = descriptor.kind
        obsolescence = descriptor.obsolescence
        hourlyMailLimit = descriptor.hourlyMailLimit
        grouping = descriptor.grouping
        self.actor = actor
        self.entity = entity
        self.title = title
        self.event = event
    }
}
