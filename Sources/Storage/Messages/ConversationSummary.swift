/// A conversation as one of the two sees it in a list.
package struct ConversationSummary: Sendable {
    package let other: Person
    package let lastMessage: Message
    package let unreadCount: Int
}
