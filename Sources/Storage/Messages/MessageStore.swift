package import Domain
package import Postgres

/// Stores messages and conversations (U-6). Loop-confined, like its database.
package struct MessageStore: Sendable {
    let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Writes a message, the conversation of both users and the jobs in one statement, which makes the message's id and
    /// time: clients sort by them, and the clocks of processes differ.
    /// - Parameter conversation: The id of the conversation if this is its first message.
    package func send(
        _ new: NewMessage, in conversation: ConversationID, enqueuing jobs: [OutboxJob]
    ) async throws(PostgresError) -> SendOutcome {
        let rows = try await database.write(
            Self.send,
            [
                .id(new.provisionalID), .id(conversation), .id(new.sender), .id(new.receiver), .text(new.content),
                .optional(new.mediaURL), .boolean(new.needsFriendship), .optional(new.key?.text),
                new.key.map { .bytes($0.digest) } ?? .null, .json(jobs.records),
            ])
        guard var row = rows.first else { throw .unexpectedResult("a message has no outcome") }
        switch try row.text() {
        case "sent":
            let message = try Self.message(&row, new)
            return .sent(message, enqueued: try row.ids())
        case "repeated": return .repeated(try Self.message(&row, new))
        case "blocked": return .blocked
        case let outcome:
            guard let code = DomainError.Code(rawValue: outcome) else {
                throw .unexpectedResult("\(outcome) is no outcome of a message")
            }
            return .refused(code)
        }
    }

    private static func message(_ row: inout Row, _ new: NewMessage) throws(PostgresError) -> Message {
        Message(
            id: try row.id(MessageID.self), sender: new.sender, receiver: new.receiver, content: new.content,
            mediaURL: new.mediaURL, createdAt: try row.timestamp(), readAt: try row.optionalTimestamp())
    }

    private static let send = Statement(
        "create_message",
        """
        SELECT outcome, id, created_at, read_at, to_jsonb(enqueued)
        FROM create_message($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """)

    /// The outcome of marking a message as read.
    package enum Reading: Sendable {
        case refused(DomainError.Code)
        /// - Parameter isFirst: Whether it was unread until now.
        case read(sender: UserID, isFirst: Bool)
    }

    /// Marks a message as read by its receiver.
    package func read(_ message: MessageID, by user: UserID) async throws(PostgresError) -> Reading {
        guard var row = try await database.write(Self.read, [.id(message), .id(user)]).first else {
            throw .unexpectedResult("reading a message has no outcome")
        }
        let outcome = try row.text()
        if outcome == "read" { return .read(sender: try row.id(UserID.self), isFirst: try row.bool()) }
        guard let code = DomainError.Code(rawValue: outcome) else {
            throw .unexpectedResult("\(outcome) is no outcome of reading a message")
        }
        return .refused(code)
    }

    private static let read = Statement(
        "mark_message_read", "SELECT outcome, sender, is_first FROM mark_message_read($1, $2)")

    /// Marks the messages of one sender as delivered. Does not wait for the disk: a mark that a crash of PostgreSQL's
    /// machine loses is set when they are next read.
    package func deliver(to user: UserID, from other: UserID) async throws(PostgresError) {
        _ = try await database.write(Self.deliver, [.id(user), .id(other)])
    }

    private static let deliver = Statement(
        "deliver_messages",
        """
        WITH commit AS MATERIALIZED (
            SELECT set_config('synchronous_commit', 'off', true)
        )
        UPDATE messages SET delivered_at = now()
        FROM commit
        WHERE receiver_id = $1 AND sender_id = $2 AND delivered_at IS NULL
          AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = $2)
        """)

    /// Deletes some of the conversations of a deleted account, for both users.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeSome(of user: UserID, limit: Int = 50) async throws(PostgresError) -> Int {
        try await database.write(Self.removeSome, [.id(user), .integer(limit)]).affected
    }

    private static let removeSome = Statement(
        "remove_some_conversations",
        """
        DELETE FROM conversations
        WHERE id IN (SELECT conversation_id FROM conversation_members WHERE user_id = $1 LIMIT $2)
        """)

    /// Deletes idempotency keys that are older than a day.
    /// - Returns: How many were deleted; less than the limit if there are no more.
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
