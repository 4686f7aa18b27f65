package import Domain
package import Postgres

/// Conversations and messages with any user.
extension MessageStore {
    /// Returns conversations with users whom the user does not block, the one with the newest message first. While the
    /// other blocks the user, it has the user's own messages alone, as the history.
    /// - Parameter last: The page follows this position; nil for the first page.
    package func views(
        of user: UserID, before last: MessageID?, limit: Int
    ) async throws(PostgresError) -> [ConversationView] {
        let end = last ?? MessageID(Identifier(high: .max, low: .max))
        var views: [ConversationView] = []
        for var row in try await database.read(Self.views, [.id(user), .id(end), .integer(limit)]) {
            let (position, unread) = (try row.id(MessageID.self), try row.int())
            let message = try Message(&row)
            views.append(
                ConversationView(
                    other: try UserCard(&row), message: message, unreadCount: unread, position: position))
        }
        return views
    }

    /// The last message of a conversation is one that the user sees (`leave_message`), so it is read by its key.
    private static let views = Statement(
        "conversations_with_anyone",
        """
        SELECT member.last_message_id, CASE WHEN is_blocked THEN 0 ELSE member.unread_count END,
               message.id, message.sender_id, message.receiver_id, message.content, message.media_url, message.created_at,
               CASE WHEN NOT is_blocked THEN message.delivered_at END, CASE WHEN NOT is_blocked THEN message.read_at END,
               message.edited_at,
               CASE WHEN NOT is_blocked OR message.sender_id = $1 THEN message.sender_reaction END,
               CASE WHEN NOT is_blocked OR message.receiver_id = $1 THEN message.receiver_reaction END,
               card.user_id, card.username, card.first_name, card.last_name,
               CASE WHEN card.is_active THEN card.avatar_media_id END, CASE WHEN card.is_active THEN card.avatar_url END
        FROM conversation_members AS member
            CROSS JOIN LATERAL (
                SELECT (SELECT EXISTS (
                           SELECT FROM blocked_users WHERE viewer_id = $1 AND blocked_id = member.other_id)) AS is_blocking,
                       (SELECT EXISTS (
                           SELECT FROM blocked_users WHERE viewer_id = member.other_id AND blocked_id = $1)) AS is_blocked
                OFFSET 0
            ) AS block
            CROSS JOIN LATERAL (
                SELECT * FROM messages
                WHERE messages.id = CASE WHEN NOT is_blocked THEN member.last_message_id ELSE (
                    SELECT id FROM messages
                    WHERE sender_id = $1 AND receiver_id = member.other_id AND NOT is_hidden_from_sender
                    ORDER BY created_at DESC LIMIT 1) END
                LIMIT 1
            ) AS message
            CROSS JOIN LATERAL (SELECT * FROM user_cards WHERE user_cards.user_id = member.other_id LIMIT 1) AS card
        WHERE member.user_id = $1 AND member.last_message_id < $2 AND NOT is_blocking
        ORDER BY member.last_message_id DESC
        LIMIT $3
        """)

    /// Returns a message as a user sees it; nil if the user sees none.
    package func find(_ message: MessageID, for user: UserID) async throws(PostgresError) -> Message? {
        guard var row = try await database.read(Self.find, [.id(message), .id(user)]).first else { return nil }
        return try Message(&row)
    }

    private static let find = Statement(
        "find_message",
        """
        SELECT id, sender_id, receiver_id, content, media_url, created_at, delivered_at, read_at, edited_at,
               sender_reaction, receiver_reaction
        FROM visible_messages($2) WHERE id = $1
        """)

    /// Returns the messages of a user that a text finds, the newest first.
    /// - Parameter last: Only older ones; nil for the newest.
    package func search(
        _ query: PostQuery, of user: UserID, before last: MessageID?, limit: Int
    ) async throws(PostgresError) -> [ConversationView] {
        let end = last ?? MessageID(Identifier(high: .max, low: .max))
        var found: [ConversationView] = []
        for var row in try await database.read(
            Self.search, [.id(user), .text(query.text), .id(end), .integer(limit)])
        {
            let message = try Message(&row)
            found.append(
                ConversationView(other: try UserCard(&row), message: message, unreadCount: 0, position: message.id))
        }
        return found
    }

    private static let search = Statement(
        "search_messages",
        """
        SELECT message.id, message.sender_id, message.receiver_id, message.content, message.media_url,
               message.created_at, message.delivered_at, message.read_at, message.edited_at, message.sender_reaction,
               message.receiver_reaction,
               card.user_id, card.username, card.first_name, card.last_name,
               CASE WHEN card.is_active THEN card.avatar_media_id END, CASE WHEN card.is_active THEN card.avatar_url END
        FROM search_messages($1, $2, $3, $4::integer) WITH ORDINALITY AS found (id, place)
            CROSS JOIN LATERAL (
                SELECT * FROM visible_messages($1) AS visible WHERE visible.id = found.id LIMIT 1
            ) AS message
            CROSS JOIN LATERAL (
                SELECT * FROM user_cards
                WHERE user_id = CASE WHEN sender_id = $1 THEN receiver_id ELSE sender_id END LIMIT 1
            ) AS card
        ORDER BY found.place
        """, isLong: true)

    /// Returns how many messages a user has not read, but for those of users of whom the user sees nothing.
    package func unreadCount(of user: UserID) async throws(PostgresError) -> Int {
        guard var row = try await database.read(Self.unreadCount, [.id(user)]).first else { return 0 }
        return try row.int()
    }

    private static let unreadCount = Statement(
        "count_unread_messages",
        """
        SELECT coalesce(sum(unread_count), 0)
        FROM conversation_members AS member
        WHERE user_id = $1 AND unread_count > 0
          AND (SELECT NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = member.other_id))
        """)
}
