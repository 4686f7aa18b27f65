package import Domain
package import Postgres

/// Stores messages and conversations (U-6). Loop-confined, like its database.
package struct MessageStore: Sendable {
    let database: Database
    let events: UserEventOutlet

    package init(_ database: Database, events: UserEventOutlet = .none) {
        self.database = database
        self.events = events
    }

    /// Writes messages, the conversations of their users and the jobs in one statement, which makes ids and times:
    /// clients sort by them, and the clocks of processes differ.
    /// - Returns: The outcome of each, in order.
    package func send(_ messages: [NewMessage]) async throws(PostgresError) -> [SendOutcome] {
        let rows: Rows
        if messages.count == 1 {
            // Less work than the statement for several.
            let new = messages[0]
            rows = try await database.write(
                Self.send,
                [
                    .id(new.sender), .id(new.receiver), .text(new.content), .optional(new.mediaURL),
                    .boolean(new.needsFriendship), .id(new.conversation), .json(new.notice.record),
                ] + new.key.values)
        } else {
            rows = try await database.write(Self.sendAll, [.jsonArray(messages.map(\.record))])
        }
        var outcomes: [SendOutcome] = []
        outcomes.reserveCapacity(messages.count)
        for (var row, new) in zip(rows, messages) {
            // Of all messages, in every row.
            if outcomes.isEmpty { try events.take(&row) } else { row.skip(1) }
            switch try row.text() {
            case "sent":
                let message = Message(new, try row.id(MessageID.self), try row.timestamp())
                outcomes.append(.sent(message, isNotified: try row.bool()))
            case "repeated": outcomes.append(.repeated(try row.id(MessageID.self)))
            case let outcome: outcomes.append(.refused(try Self.code(outcome)))
            }
        }
        return outcomes
    }

    /// The same for one message.
    package func send(_ message: NewMessage) async throws(PostgresError) -> SendOutcome {
        guard let outcome = try await send([message]).first else {
            throw .unexpectedResult("a message has no outcome")
        }
        return outcome
    }

    private static let send = Statement(
        "write_message",
        """
        SELECT appended_events(), outcome, id, created_at, is_notified
        FROM write_message($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """)
    private static let sendAll = Statement(
        "write_messages", "SELECT appended_events(), outcome, id, created_at, is_notified FROM write_messages($1)")

    static func code(_ outcome: String) throws(PostgresError) -> DomainError.Code {
        guard let code = DomainError.Code(rawValue: outcome) else {
            throw .unexpectedResult("\(outcome) is no outcome of a message")
        }
        return code
    }

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
        try events.take(&row)
        let outcome = try row.text()
        if outcome == "read" { return .read(sender: try row.id(UserID.self), isFirst: try row.bool()) }
        return .refused(try Self.code(outcome))
    }

    private static let read = Statement(
        "mark_message_read", "SELECT appended_events(), outcome, sender, is_first FROM mark_message_read($1, $2)")

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
        WHERE receiver_id = $1 AND sender_id = $2 AND delivered_at IS NULL AND NOT is_hidden_from_receiver
          AND NOT EXISTS (SELECT FROM hidden_users WHERE viewer_id = $1 AND hidden_id = $2)
        """)

    /// Deletes some of the conversations of a deleted account, for both users.
    /// - Returns: How many were deleted; less than the limit if there are no more.
    package func removeSome(of user: UserID, limit: Int = 50) async throws(PostgresError) -> Int {
        guard var row = try await database.write(Self.removeSome, [.id(user), .integer(limit)]).first else { return 0 }
        return try row.int()
    }

    private static let removeSome = Statement(
        "remove_some_conversations", "SELECT remove_some_conversations($1, $2::integer)")

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
