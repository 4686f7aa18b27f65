package import Domain
package import Postgres

/// Messages, the same for every surface (U-6). Loop-confined, like its database.
package struct MessageStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Writes a message, what it makes of the conversation for both, and the promised jobs, together.
    /// - Parameter conversation: Of the new one, if it is their first message.
    package func send(
        _ new: NewMessage, in conversation: ConversationID, enqueuing jobs: [OutboxJob]
    ) async throws(PostgresError) -> SendOutcome {
        let rows = try await database.write(
            Self.send,
            [
                .id(new.id), .id(conversation), .id(new.sender), .id(new.receiver), .text(new.content),
                .optional(new.mediaURL), .boolean(new.needsFriendship), .optional(new.key?.text),
                new.key.map { .bytes($0.digest) } ?? .null, .json(jobs.records),
            ])
        guard var row = rows.first else { throw .unexpectedAnswer("a message has no outcome") }
        switch try row.text() {
        case "sent":
            let message = try Self.message(&row, new)
            return .sent(message, promised: try row.ids())
        case "repeated": return .repeated(try Self.message(&row, new))
        case "mismatch": return .mismatch
        case "unknown": return .unknown
        case "strangers": return .strangers
        case "blocked": return .blocked
        case "blocking": return .blocking
        case let outcome: throw .unexpectedAnswer("\(outcome) is no outcome of a message")
        }
    }

    private static func message(_ row: inout Row, _ new: NewMessage) throws(PostgresError) -> Message {
        Message(
            id: try row.id(MessageID.self), sender: new.sender, receiver: new.receiver, content: new.content,
            mediaURL: new.mediaURL, createdAt: try row.timestamp(), readAt: try row.optionalTimestamp())
    }

    private static let send = Statement(
        "send_message",
        """
        SELECT outcome, id, created_at, read_at, to_jsonb(promised)
        FROM send_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """)

    /// What became of reading a message.
    package enum Reading: Sendable {
        case missing
        /// It was written by whoever says that they have read it.
        case foreign
        /// - Parameter isFirst: Whether it was unread until now.
        case read(sender: UserID, isFirst: Bool)
    }

    /// Whoever got a message has read it.
    package func read(_ message: MessageID, by user: UserID) async throws(PostgresError) -> Reading {
        guard var row = try await database.write(Self.read, [.id(message), .id(user)]).first else { return .missing }
        switch try row.text() {
        case "read": return .read(sender: try row.id(UserID.self), isFirst: try row.bool())
        case "foreign": return .foreign
        default: return .missing
        }
    }

    private static let read = Statement("read_message", "SELECT outcome, sender, is_first FROM read_message($1, $2)")

    /// A client of the receiver has what the other one has written to them.
    package func deliver(to user: UserID, from other: UserID) async throws(PostgresError) {
        _ = try await database.write(Self.deliver, [.id(user), .id(other)])
    }

    private static let deliver = Statement(
        "deliver_messages",
        """
        UPDATE messages SET delivered_at = now()
        WHERE receiver_id = $1 AND sender_id = $2 AND delivered_at IS NULL
        """)

    /// Removes some of the conversations of somebody who has left, from both sides.
    /// - Returns: How many went; less than the limit when there are no more.
    package func removeSome(of user: UserID, limit: Int = 50) async throws(PostgresError) -> Int {
        try await database.write(Self.removeSome, [.id(user), .integer(limit)]).affected
    }

    private static let removeSome = Statement(
        "remove_some_conversations",
        """
        DELETE FROM conversations
        WHERE id IN (SELECT conversation_id FROM conversation_members WHERE user_id = $1 LIMIT $2)
        """)

    /// Forgets keys of clients that are older than a day.
    /// - Returns: How many went; less than the limit when there are no more.
    package func removeOldKeys(limit: Int = 1_000) async throws(PostgresError) -> Int {
        try await database.write(Self.removeOldKeys, [.integer(limit)]).affected
    }

    private static let removeOldKeys = Statement(
        "prune_idempotency_keys",
        """
        DELETE FROM idempotency_keys
        WHERE (user_id, key) IN (
            SELECT user_id, key FROM idempotency_keys WHERE created_at < now() - interval '1 day' LIMIT $1)
        """)
}
