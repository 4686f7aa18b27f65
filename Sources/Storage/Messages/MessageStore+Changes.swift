package import Domain
package import Postgres

/// Changes of messages that exist. Each returns nil, or the refusal.
extension MessageStore {
    /// Deletes a message for both users, which its sender may, or takes it out of the user's own view.
    /// - Returns: `message_not_found`, `message_not_yours`.
    package func remove(
        _ message: MessageID, forBoth isForBoth: Bool, by user: UserID
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.remove, [.id(message), .id(user), .boolean(isForBoth)])
    }

    private static let remove = Statement("remove_message", "SELECT remove_message($1, $2, $3), appended_events()")

    /// - Returns: `message_not_found`, `message_not_yours`, `message_too_old`, `user_blocked`.
    package func edit(
        _ message: MessageID, _ changes: MessageChanges, by user: UserID
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(
            Self.edit,
            [
                .id(message), .id(user), .optional(changes.content?.text), .boolean(changes.mediaURL != nil),
                .optional(changes.mediaURL ?? nil),
            ])
    }

    private static let edit = Statement("edit_message", "SELECT edit_message($1, $2, $3, $4, $5), appended_events()")

    /// Sets the user's reaction to a message; nil ends it.
    /// - Returns: `message_not_found`, `user_blocked`.
    package func react(
        to message: MessageID, with reaction: MessageReaction?, by user: UserID
    ) async throws(PostgresError) -> DomainError.Code? {
        try await refusal(Self.react, [.id(message), .id(user), .optional(reaction?.emoji)])
    }

    private static let react = Statement("react_to_message", "SELECT react_to_message($1, $2, $3), appended_events()")

    private func refusal(
        _ statement: Statement, _ values: [PostgresValue]
    ) async throws(PostgresError) -> DomainError.Code? {
        guard var row = try await database.write(statement, values).first else {
            throw .unexpectedResult("a change of a message has no outcome")
        }
        let refusal = try row.optionalText()
        try events.take(&row)
        return if let refusal { try Self.code(refusal) } else { nil }
    }

    /// Writes what some messages are found by that have no words, those of an earlier version: the newest first.
    /// - Parameter last: Only older ones; nil for the newest.
    /// - Returns: Where to continue; nil at the end.
    package func indexSome(before last: MessageID?) async throws(PostgresError) -> MessageID? {
        let last = last ?? MessageID(Identifier(high: .max, low: .max))
        guard var row = try await database.write(Self.indexSome, [.id(last)]).first else { return nil }
        return try row.optionalID(MessageID.self)
    }

    private static let indexSome = Statement("index_some_messages", "SELECT index_some_messages($1)")
}
