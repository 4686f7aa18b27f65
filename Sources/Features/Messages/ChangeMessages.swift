package import Domain
import Postgres
import Storage

/// Changes messages that the caller sees: texts, reactions and deletions.
package struct ChangeMessages: Sendable {
    let messages: MessageStore
    let checkAddresses: CheckMediaAddresses

    /// Changes a message that the caller has sent within the last fifteen minutes.
    /// - Throws: `message_not_found`, `message_not_yours`, `message_too_old`, `message_to_non_friend` if the caller
    ///   blocks the receiver, `validation_failed` for another user's picture.
    package func edit(
        _ message: MessageID, _ changes: MessageChanges, by caller: Caller
    ) async throws(DomainError) -> ChatMessage {
        if case .some(.some(let mediaURL)) = changes.mediaURL {
            try await checkAddresses([mediaURL], field: "mediaUrl", by: caller)
        }
        return try await changed(message, by: caller) { () async throws(PostgresError) in
            try await messages.edit(message, changes, by: caller.user)
        }
    }

    /// Sets the caller's reaction to a message, in place of an earlier one; nil ends it.
    /// - Throws: `message_not_found`, `message_to_non_friend` if the caller blocks the other user.
    package func react(
        to message: MessageID, with reaction: MessageReaction?, by caller: Caller
    ) async throws(DomainError) -> ChatMessage {
        try await changed(message, by: caller) { () async throws(PostgresError) in
            try await messages.react(to: message, with: reaction, by: caller.user)
        }
    }

    /// Deletes a message for both users, which its sender may, or takes it out of the caller's own view.
    /// - Throws: `message_not_found`, `message_not_yours`.
    package func delete(
        _ message: MessageID, forBoth isForBoth: Bool, by caller: Caller
    ) async throws(DomainError) {
        try await domainErrors {
            if let refusal = try await messages.remove(message, forBoth: isForBoth, by: caller.user) {
                throw DomainError(messageRefusal: refusal)
            }
        }
    }

    private func changed(
        _ message: MessageID, by caller: Caller, _ change: () async throws(PostgresError) -> DomainError.Code?
    ) async throws(DomainError) -> ChatMessage {
        try await domainErrors {
            if let refusal = try await change() { throw DomainError(messageRefusal: refusal) }
            // It was deleted meanwhile.
            guard let changed = try await messages.find(message, for: caller.user) else {
                throw DomainError.messageNotFound
            }
            return ChatMessage(changed)
        }
    }
}
