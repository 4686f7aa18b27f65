import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// The input of a message.
package struct MessageDraft: Sendable {
    let receiver: UserID
    let text: MessageText
    let idempotencyKey: String?
    let requiresFriendship: Bool

    /// - Parameters:
    ///   - idempotencyKey: The client's name for the message: a repetition under the same key is the same message.
    ///   - requiresFriendship: Whether only friends may write to each other; a policy of the surface's document.
    package init(to receiver: UserID, content text: MessageText, idempotencyKey: String?, requiresFriendship: Bool) {
        self.receiver = receiver
        self.text = text
        self.idempotencyKey = idempotencyKey
        self.requiresFriendship = requiresFriendship
    }
}

/// Sends a message from the caller to another user. A block overrides every policy.
package struct SendMessage: Sendable {
    let messages: MessageStore
    let producer: Producer

    /// - Throws: `message_to_yourself`, `user_not_found`, `message_to_non_friend`, `user_blocked`,
    ///   `idempotency_key_reused`, `validation_failed` for a malformed key, `token_invalid` if the caller's account is
    ///   closed.
    package func callAsFunction(_ draft: MessageDraft, by caller: Caller) async throws(DomainError) -> ChatMessage {
        guard draft.receiver != caller.user else { throw .messageToYourself }
        let key = try draft.idempotencyKey.map { key throws(DomainError) in
            try Self.key(key, draft.text, draft.receiver)
        }
        return try await domainErrors { try await send(draft, key, caller) }
    }

    private func send(
        _ draft: MessageDraft, _ key: RequestKey?, _ caller: Caller
    ) async throws -> ChatMessage {
        let now = Timestamp.now.unixMilliseconds
        let provisional = MessageID(unixMilliseconds: now)
        let new = NewMessage(
            provisionalID: provisional, sender: caller.user, receiver: draft.receiver, content: draft.text.text,
            key: key,
            needsFriendship: draft.requiresFriendship)
        let notice = try producer.outboxJob(
            Notify(.newMessage, to: draft.receiver, by: caller.user, entity: provisional.identifier),
            trace: caller.trace)
        switch try await messages.send(new, in: ConversationID(unixMilliseconds: now), enqueuing: [notice]) {
        case .sent(let message, let enqueued):
            let named = notice.naming(message.id.identifier, insteadOf: provisional.identifier)
            producer.push([named], in: enqueued)
            return ChatMessage(message)
        case .repeated(let message): return ChatMessage(message)
        // A blocked sender gets a stranger's answer.
        case .blocked: throw DomainError.messageToNonFriend
        case .refused(let code): throw DomainError(messageRefusal: code)
        }
    }

    private static func key(
        _ key: String, _ text: MessageText, _ receiver: UserID
    ) throws(DomainError) -> RequestKey {
        RequestKey(
            text: try IdempotencyKey(key).text, digest: SHA256.digest(Array("\(receiver) \(text.text)".utf8).span))
    }
}
