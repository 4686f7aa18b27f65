package import Chassis
package import Domain
import Postgres

/// A message from one user to another, as one of the two sees it.
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
    /// When the sender last changed it.
    package let editedAt: Timestamp?
    /// The emoji of the sender and of the receiver.
    package let senderReaction: String?
    package let receiverReaction: String?

    /// A message that was sent just now.
    package init(_ new: NewMessage, _ id: MessageID, _ createdAt: Timestamp) {
        self.id = id
        sender = new.sender
        receiver = new.receiver
        content = new.content
        mediaURL = new.mediaURL
        self.createdAt = createdAt
        (deliveredAt, readAt, editedAt) = (nil, nil, nil)
        (senderReaction, receiverReaction) = (nil, nil)
    }

    /// Reads the columns of the SQL function `visible_messages` but for the conversation, in the order of the members.
    init(_ row: inout Row) throws(PostgresError) {
        id = try row.id(MessageID.self)
        sender = try row.id(UserID.self)
        receiver = try row.id(UserID.self)
        content = try row.text()
        mediaURL = try row.optionalText()
        createdAt = try row.timestamp()
        deliveredAt = try row.optionalTimestamp()
        readAt = try row.optionalTimestamp()
        editedAt = try row.optionalTimestamp()
        senderReaction = try row.optionalText()
        receiverReaction = try row.optionalText()
    }
}

/// A conversation with a friend as one of the two sees it in a list.
package struct ConversationSummary: Sendable {
    package let other: ListedUser
    package let lastMessage: Message
    package let unreadCount: Int
}

/// A conversation with any user, or a message that was found in it.
package struct ConversationView: Sendable {
    package let other: UserCard
    package let message: Message
    package let unreadCount: Int
    /// Its place in the list, which the next page follows.
    package let position: MessageID
}

/// A message to send.
package struct NewMessage: Sendable {
    package let sender: UserID
    package let receiver: UserID
    package let content: String
    package let mediaURL: String?
    package let key: RequestKey?
    /// Whether the receiver must be a friend, as on some surfaces.
    package let needsFriendship: Bool
    /// The id of the conversation if this is its first message.
    package let conversation: ConversationID
    /// The job that notifies the receiver; the statement replaces the entity in it.
    package let notice: OutboxJob

    package init(
        from sender: UserID, to receiver: UserID, _ content: String, mediaURL: String? = nil, key: RequestKey? = nil,
        needsFriendship: Bool, in conversation: ConversationID, enqueuing notice: OutboxJob
    ) {
        self.sender = sender
        self.receiver = receiver
        self.content = content
        self.mediaURL = mediaURL
        self.key = key
        self.needsFriendship = needsFriendship
        self.conversation = conversation
        self.notice = notice
    }

    /// An element of the parameter of the SQL function `write_messages`.
    var record: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("author", sender.description)
            object.member("receiver", receiver.description)
            object.member("content", content)
            object.member("mediaUrl", mediaURL)
            object.member("needsFriendship", needsFriendship)
            object.member("conversation", conversation.description)
            object.member("notice", json: notice.record)
            key.write(to: &object)
        }
        return writer.bytes
    }
}

/// The outcome of sending a message.
package enum SendOutcome: Sendable {
    /// - Parameter isNotified: Whether the job was enqueued: not of a message that its receiver is never shown.
    case sent(Message, isNotified: Bool)
    /// The same message was sent before, under the same key.
    case repeated(MessageID)
    /// Nothing was written, for this reason.
    case refused(DomainError.Code)
}
