package import Chassis
package import Domain
import Postgres

/// What one person wrote to another.
package struct Message: Sendable {
    package let id: MessageID
    package let sender: UserID
    package let receiver: UserID
    package let content: String
    package let mediaURL: String?
    package let createdAt: Timestamp
    /// When a client of the receiver got it.
    package let deliveredAt: Timestamp?
    package let readAt: Timestamp?

    package init(
        id: MessageID, sender: UserID, receiver: UserID, content: String, mediaURL: String?, createdAt: Timestamp,
        deliveredAt: Timestamp? = nil, readAt: Timestamp? = nil
    ) {
        self.id = id
        self.sender = sender
        self.receiver = receiver
        self.content = content
        self.mediaURL = mediaURL
        self.createdAt = createdAt
        self.deliveredAt = deliveredAt
        self.readAt = readAt
    }

    /// Reads the columns of `messages` but for the conversation, in the order of the members above.
    init(_ row: inout Row) throws(PostgresError) {
        self.init(
            id: try row.id(MessageID.self), sender: try row.id(UserID.self), receiver: try row.id(UserID.self),
            content: try row.text(), mediaURL: try row.optionalText(), createdAt: try row.timestamp(),
            deliveredAt: try row.optionalTimestamp(), readAt: try row.optionalTimestamp())
    }
}
