package import Chassis
package import Domain
import Postgres

/// Something that somebody was told.
package struct Notification: Sendable {
    package let id: NotificationID
    package let user: UserID
    package let kind: NotificationKind
    package let actor: UserID?
    /// Nil when they are gone.
    package let actorName: String?
    package let entity: Identifier?
    package let title: String?
    package let body: String?
    package let readAt: Timestamp?
    package let createdAt: Timestamp

    /// Reads columns of `notifications`, with the name of the actor's account among them, in the order of the members above.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(NotificationID.self)
        user = try row.id(UserID.self)
        kind = try row.word(NotificationKind.self)
        actor = try row.optionalID(UserID.self)
        actorName = try row.optionalText()
        entity = try row.optionalUUID().map { Identifier(high: $0.0, low: $0.1) }
        title = try row.optionalText()
        body = try row.optionalText()
        readAt = try row.optionalTimestamp()
        createdAt = try row.timestamp()
    }
}
