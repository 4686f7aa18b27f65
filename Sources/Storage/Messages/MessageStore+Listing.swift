package import Domain
package import Postgres

extension MessageStore {
    /// Returns conversations with friends, the one with the newest message first.
    package func conversations(
        of user: UserID, offset: Int, limit: Int
    ) async throws(PostgresError) -> [ConversationSummary] {
        var conversations: [ConversationSummary] = []
        for var row in try await database.read(Self.conversations, [.id(user), .integer(limit), .integer(offset)]) {
            let unread = try row.int()
            let message = try Message(&row)
            conversations.append(
                ConversationSummary(other: try ListedUser(&row), lastMessage: message, unreadCount: unread))
        }
        return conversations
    }

    /// The friendship is looked up for one conversation after the other, the newest first, until the page is full: a
    /// join would read all of them [22 ms against 0.2 with 5,000 friends].
    private static let conversations = Statement(
        "conversations_with_friends",
        """
        SELECT unread_count,
               messages.id, messages.sender_id, messages.receiver_id, messages.content, messages.media_url,
               messages.created_at, messages.delivered_at, messages.read_at,
               listed.id, listed.username, listed.avatar_media_id, listed.avatar_url, listed.last_seen_at,
               listed.show_online_status
        FROM (
            SELECT * FROM conversation_members AS member
            WHERE member.user_id = $1
              AND (SELECT true FROM friends WHERE friends.user_id = $1 AND friends.friend_id = member.other_id)
            ORDER BY member.last_message_id DESC
            LIMIT $2 OFFSET $3
        ) AS member JOIN messages ON messages.id = member.last_message_id
            JOIN listed_users AS listed ON listed.id = member.other_id
        ORDER BY member.last_message_id DESC
        """)

    /// A page of the messages of two users, the newest first.
    package struct History: Sendable {
        package let messages: [Message]
        /// Messages of the whole conversation.
        package let total: Int
        /// Whether the other user has sent messages that no client of this user has received.
        package let hasUndelivered: Bool
    }

    /// - Parameter last: The page follows this message, whatever the offset; nil for pages by number.
    /// - Returns: Nil if the two users have no conversation, or see nothing of each other.
    package func history(
        of user: UserID, with other: UserID, before last: MessageID?, offset: Int, limit: Int
    ) async throws(PostgresError) -> History? {
        let end = last ?? MessageID(Identifier(high: .max, low: .max))
        let rows = try await database.read(
            Self.history,
            [.id(user), .id(other), .id(end), .integer(limit), .integer(last == nil ? offset : 0)])
        guard let first = rows.first else { return nil }
        var head = first
        let total = try head.int()
        var messages: [Message] = []
        var hasUndelivered = false
        for var row in rows {
            _ = try row.int()
            hasUndelivered = try row.bool()
            // A page behind the end has no message, but one row with the total.
            guard try row.bool() else { continue }
            messages.append(try Message(&row))
        }
        return History(messages: messages, total: total, hasUndelivered: hasUndelivered)
    }

    private static let history = Statement(
        "conversation_history",
        """
        WITH place AS (
            SELECT conversations.id, message_count,
                   EXISTS (
                       SELECT FROM messages WHERE receiver_id = $1 AND sender_id = $2 AND delivered_at IS NULL
                   ) AS has_undelivered
            FROM conversation_members AS member JOIN conversations ON conversations.id = member.conversation_id
            WHERE member.user_id = $1 AND member.other_id = $2
              AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = $2)
        )
        SELECT place.message_count, place.has_undelivered, messages.id IS NOT NULL,
               messages.id, messages.sender_id, messages.receiver_id, messages.content, messages.media_url,
               messages.created_at, messages.delivered_at, messages.read_at
        FROM place LEFT JOIN LATERAL (
            SELECT * FROM messages WHERE conversation_id = place.id AND id < $3
            ORDER BY id DESC LIMIT $4 OFFSET $5
        ) AS messages ON true
        ORDER BY messages.id DESC
        """)
}
