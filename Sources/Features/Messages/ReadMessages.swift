package import Chassis
package import Domain
import Storage

/// A message between two users.
package struct ChatMessage: Sendable {
    package let id: MessageID
    package let sender: UserID
    package let receiver: UserID
    package let content: String
    package let mediaURL: String?
    package let createdAt: Timestamp
    /// When a client of the receiver first read it from the server.
    package let deliveredAt: Timestamp?
    package let readAt: Timestamp?
    /// When the sender last changed it.
    package let editedAt: Timestamp?
    /// An emoji each, the sender's first.
    package let reactions: [(user: UserID, emoji: String)]

    init(_ message: Message) {
        id = message.id
        sender = message.sender
        receiver = message.receiver
        content = message.content
        mediaURL = message.mediaURL
        createdAt = message.createdAt
        deliveredAt = message.deliveredAt
        readAt = message.readAt
        editedAt = message.editedAt
        let emojis = [(message.sender, message.senderReaction), (message.receiver, message.receiverReaction)]
        reactions = emojis.compactMap { user, emoji in emoji.map { (user, $0) } }
    }
}

/// A conversation in the caller's list.
package struct Conversation: Sendable {
    package let other: UserSummary
    package let presence: UserPresence
    package let lastMessage: ChatMessage
    package let unreadCount: Int
}

/// A conversation with any user, or a message that was found in it.
package struct ConversationEntry: Sendable {
    package let other: ListedAuthor
    package let message: ChatMessage
    /// 0 for a message that was found.
    package let unreadCount: Int

    init(_ view: ConversationView) {
        other = ListedAuthor(view.other)
        message = ChatMessage(view.message)
        unreadCount = view.unreadCount
    }
}

/// A page of conversations or found messages, the newest first.
package struct ConversationPage: Sendable {
    package let entries: [ConversationEntry]
    /// The next page follows it; nil after the last page.
    package let next: MessageID?

    init(_ found: [ConversationView], limit: Int) {
        entries = found.prefix(limit).map(ConversationEntry.init)
        next = found.count > limit ? found[limit - 1].position : nil
    }
}

/// A page of a conversation, the newest message first.
package struct MessageHistory: Sendable {
    package let messages: [ChatMessage]
    /// Messages in the whole conversation.
    package let total: Int
    /// The next page follows it; nil after the last page.
    package let next: MessageID?
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
    /// - Throws: `conversation_not_found`, also while one of the two blocks the other.
    package func history(
        with other: UserID, before last: MessageID?, _ page: Page, by caller: Caller
    ) async throws(DomainError) -> MessageHistory {
        let history = try await historyWithAnyone(other, before: last, page, by: caller)
        guard let history, !history.isApart else { throw .conversationNotFound }
        return history.page
    }

    /// The same with any user, empty without a conversation. While one of the two blocks the other, it has the caller's
    /// own messages alone, as for a caller whom the other does not answer.
    package func anyHistory(
        with other: UserID, before last: MessageID?, _ page: Page, by caller: Caller
    ) async throws(DomainError) -> MessageHistory {
        try await historyWithAnyone(other, before: last, page, by: caller)?.page
            ?? MessageHistory(messages: [], total: 0, next: nil)
    }

    private func historyWithAnyone(
        _ other: UserID, before last: MessageID?, _ page: Page, by caller: Caller
    ) async throws(DomainError) -> (page: MessageHistory, isApart: Bool)? {
        try await domainErrors {
            guard
                let history = try await messages.history(
                    of: caller.user, with: other, before: last, offset: page.offset, limit: page.limit + 1)
            else { return nil }
            if history.hasUndelivered, !history.isApart { try await messages.deliver(to: caller.user, from: other) }
            let found = history.messages.prefix(page.limit)
            return (
                MessageHistory(
                    messages: found.map { ChatMessage($0) }, total: history.total,
                    next: history.messages.count > page.limit ? found.last?.id : nil),
                history.isApart
            )
        }
    }

    /// Returns conversations with users whom the caller does not block, the one with the newest message first.
    /// - Parameter last: The page follows this position; nil for the first page.
    package func anyConversations(
        before last: MessageID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> ConversationPage {
        try await domainErrors {
            ConversationPage(
                try await messages.views(of: caller.user, before: last, limit: limit + 1), limit: limit)
        }
    }

    /// Returns the messages of the caller that a text finds, the newest first.
    /// - Parameter last: The page follows this message; nil for the first page.
    package func search(
        _ query: PostQuery, before last: MessageID?, limit: Int, by caller: Caller
    ) async throws(DomainError) -> ConversationPage {
        try await domainErrors {
            ConversationPage(
                try await messages.search(query, of: caller.user, before: last, limit: limit + 1), limit: limit)
        }
    }

    /// Returns how many messages the caller has not read.
    package func unreadCount(by caller: Caller) async throws(DomainError) -> Int {
        try await domainErrors { try await messages.unreadCount(of: caller.user) }
    }

    /// Marks a message as read, and returns it.
    /// - Throws: `message_not_found`, `message_not_received`.
    package func readMessage(_ message: MessageID, by caller: Caller) async throws(DomainError) -> ChatMessage {
        try await markRead(message, by: caller)
        let read = try await domainErrors { try await messages.find(message, for: caller.user) }
        guard let read else { throw .messageNotFound }
        return ChatMessage(read)
    }

    /// Marks a message as read.
    /// - Throws: `message_not_found`, `message_not_received`.
    package func markRead(_ message: MessageID, by caller: Caller) async throws(DomainError) {
        switch try await domainErrors({ try await messages.read(message, by: caller.user) }) {
        case .read: return
        case .refused(let code): throw DomainError(messageRefusal: code)
        }
    }
}
