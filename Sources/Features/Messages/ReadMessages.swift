package import Chassis
package import Domain
import Storage

/// A message between two users.
package struct ChatMessage: Sendable {
    package let id: MessageID
    package let sender: UserID
    package let receiver: UserID
    package let content: String
    package let createdAt: Timestamp
    /// When a client of the receiver first read it from the server.
    package let deliveredAt: Timestamp?
    package let readAt: Timestamp?

    init(_ message: Message) {
        id = message.id
        sender = message.sender
        receiver = message.receiver
        content = message.content
        createdAt = message.createdAt
        deliveredAt = message.deliveredAt
        readAt = message.readAt
    }
}

/// A conversation in the caller's list.
package struct Conversation: Sendable {
    package let other: UserSummary
    package let presence: UserPresence
    package let lastMessage: ChatMessage
    package let unreadCount: Int
}

/// A page of a conversation, the newest message first.
package struct MessageHistory: Sendable {
    package let messages: [ChatMessage]
    /// Messages in the whole conversation.
    package let total: Int
}

/// Lists the caller's conversations and their messages, and marks messages as read.
package struct ReadMessages: Sendable {
    let messages: MessageStore
    let presence: ReadPresence

    package func conversations(_ page: Page, by caller: Caller) async throws(DomainError) -> [Conversation] {
        let found = try await domainErrors {
            try await messages.conversations(of: caller.user, offset: page.offset, limit: page.limit)
        }
        let states = await presence.states(of: found.map(\.other))
        return zip(found, states).map { conversation, presence in
            Conversation(
                other: UserSummary(conversation.other), presence: presence,
                lastMessage: ChatMessage(conversation.lastMessage), unreadCount: conversation.unreadCount)
        }
    }

    /// Returns a page of a conversation. The messages of the page are marked as delivered.
    /// - Parameter last: The page follows this message, whatever was written since; nil for the page's number.
    /// - Throws: `conversation_not_found`.
    package func history(
        with other: UserID, before last: MessageID?, _ page: Page, by caller: Caller
    ) async throws(DomainError) -> MessageHistory {
        try await domainErrors {
            guard
                let history = try await messages.history(
                    of: caller.user, with: other, before: last, offset: page.offset, limit: page.limit)
            else { throw DomainError.conversationNotFound }
            if history.hasUndelivered { try await messages.deliver(to: caller.user, from: other) }
            return MessageHistory(messages: history.messages.map { ChatMessage($0) }, total: history.total)
        }
    }

    /// - Throws: `message_not_found`, `message_not_received`.
    package func markRead(_ message: MessageID, by caller: Caller) async throws(DomainError) {
        switch try await domainErrors({ try await messages.read(message, by: caller.user) }) {
        case .read: return
        case .refused(let code): throw DomainError(messageRefusal: code)
        }
    }
}
