package import Chassis
package import Domain
import Postgres

/// A message from one user to another.
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

/// A conversation as one of the two sees it in a list.
package struct ConversationSummary: Sendable {
    package let other: ListedUser
    package let lastMessage: Message
    package let unreadCount: Int
}

/// A message to send.
package struct NewMessage: Sendable {
    /// Names the message in its jobs until PostgreSQL has made the id.
    package let provisionalID: MessageID
    package let sender: UserID
    package let receiver: UserID
    package let content: String
    package let mediaURL: String?
    package let key: RequestKey?
    /// Whether the receiver must be a friend, as on some surfaces.
    package let needsFriendship: Bool

    package init(
        provisionalID: MessageID, sender: UserID, receiver: UserID, content: String, mediaURL: String? = nil,
        key: RequestKey? = nil, needsFriendship: Bool
    ) {
        self.provisionalID = provisionalID
        self.sender = sender
        self.receiver = receiver
        self.content = content
        self.mediaURL = mediaURL
        self.key = key
        self.needsFriendship = needsFriendship
    }
}

/// The outcome of sending a message.
package enum SendOutcome: Sendable {
    /// - Parameter enqueued: The jobs whose rows were inserted.
    case sent(Message, enqueued: Set<JobID>)
    /// The same message was sent before, under the same key.
    case repeated(Message)
    /// The receiver blocks the sender; nothing was written.
    case blocked
    /// Nothing was written, for this reason.
    case refused(DomainError.Code)
}
