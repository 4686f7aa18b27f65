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
               messages.created_at, messages.delivered_at, messages.read_at, messages.edited_at,
               messages.sender_reaction, messages.receiver_reaction,
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

    /// A page of the messages of two users that one of them sees, the newest first.
    package struct History: Sendable {
        package let messages: [Message]
        /// Messages of the whole conversation. While one of the two blocks the other: at most 10,000.
        package let total: Int
        /// Whether one of the two blocks the other. Then it has the user's own messages alone.
        package let isApart: Bool
        /// Whether the other user has sent messages that no client of this user has received.
        package let hasUndelivered: Bool
    }

    /// - Parameter last: The page follows this message, whatever the offset; nil for pages by number.
    /// - Returns: Nil if the user has no conversation with the other.
    package func history(
        of user: UserID, with other: UserID, before last: MessageID?, offset: Int, limit: Int
    ) async throws(PostgresError) -> History? {
        let end = last ?? MessageID(Identifier(high: .max, low: .max))
        let rows = try await database.read(
            Self.history,
            [.id(user), .id(other), .id(end), .integer(limit), .integer(last == nil ? offset : 0)])
        guard let first = rows.first else { return nil }
        var head = first
        let (total, isApart, hasUndelivered) = (try head.int(), try head.bool(), try head.bool())
        var messages: [Message] = []
        for var row in rows {
            _ = try row.int()
            for _ in 0..<2 { _ = try row.bool() }
            // A page behind the end has no message, but one row with the total.
            guard try row.bool() else { continue }
            messages.append(try Message(&row))
        }
        return History(messages: messages, total: total, isApart: isApart, hasUndelivered: hasUndelivered)
    }

    /// The rule of `visible_messages`, for one conversation: of three ranges of one index.
    private static let history = Statement(
        "conversation_history",
        """
        WITH place AS MATERIALIZED (
            SELECT conversation_id, message_count,
                   (SELECT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = $2)) AS is_apart,
                   (SELECT EXISTS (
                       SELECT FROM messages
                       WHERE receiver_id = $1 AND sender_id = $2 AND delivered_at IS NULL AND NOT is_hidden_from_receiver
                   )) AS has_undelivered
            FROM conversation_members WHERE user_id = $1 AND other_id = $2
        )
        SELECT CASE WHEN is_apart THEN (
                   SELECT count(*)
                   FROM (
                       SELECT FROM messages WHERE sender_id = $1 AND receiver_id = $2 AND NOT is_hidden_from_sender LIMIT 10000
                   ) AS own)
               ELSE message_count END,
               is_apart, has_undelivered, message.id IS NOT NULL,
               message.id, message.sender_id, message.receiver_id, message.content, message.media_url, message.created_at,
               CASE WHEN NOT is_apart THEN message.delivered_at END, CASE WHEN NOT is_apart THEN message.read_at END,
               message.edited_at,
               CASE WHEN NOT is_apart OR message.sender_id = $1 THEN message.sender_reaction END,
               CASE WHEN NOT is_apart OR message.receiver_id = $1 THEN message.receiver_reaction END
        FROM place LEFT JOIN LATERAL (
            SELECT entry.*
            FROM (VALUES ($1, false), ($2, false), ($2, true)) AS part (receiver, is_hidden)
                CROSS JOIN LATERAL (
                    SELECT * FROM messages
                    WHERE conversation_id = place.conversation_id AND receiver_id = part.receiver
                      AND is_hidden_from_receiver = part.is_hidden AND messages.id < $3
                      AND CASE WHEN part.receiver = $1 THEN NOT place.is_apart ELSE NOT is_hidden_from_sender END
                    ORDER BY messages.id DESC LIMIT $4::bigint + $5::bigint
                ) AS entry
            ORDER BY entry.id DESC LIMIT $4::bigint OFFSET $5::bigint
        ) AS message ON true
        ORDER BY message.id DESC
        """)
}
