import Chassis
import Crypto
package import Domain
import Jobs
import Storage

/// The input of a message.
package struct MessageDraft: Sendable {
    let receiver: UserID
    let text: MessageText
    let mediaURL: String?
    let idempotencyKey: String?
    let requiresFriendship: Bool

    /// - Parameters:
    ///   - mediaURL: The address of a file that the message shows, which is never fetched.
    ///   - idempotencyKey: The client's name for the message: a repetition under the same key is the same message.
    ///   - requiresFriendship: Whether only friends may write to each other; a policy of the surface's document.
    package init(
        to receiver: UserID, content text: MessageText, mediaURL: String? = nil, idempotencyKey: String?,
        requiresFriendship: Bool
    ) {
        self.receiver = receiver
        self.text = text
        self.mediaURL = mediaURL
        self.idempotencyKey = idempotencyKey
        self.requiresFriendship = requiresFriendship
    }

    /// The key with the digest of what the message is, whichever surface it is sent on.
    /// - Throws: `validation_failed`.
    func requestKey() throws(DomainError) -> RequestKey? {
        guard let idempotencyKey else { return nil }
        let media = mediaURL.map { "\n\($0)" } ?? ""
        return RequestKey(
            text: try IdempotencyKey(idempotencyKey).text,
            digest: SHA256.digest(Array("\(receiver) \(text.text)\(media)".utf8).span))
    }
}

/// Sends a message from the caller to another user. A message of a sender whom the receiver blocks is sent as any
/// other, and shown to the sender alone.
package struct SendMessage: Sendable {
    let messages: MessageStore
    let queue: WriteQueue<NewMessage, SendOutcome>
    let producer: Producer
    let checkAddresses: CheckMediaAddresses

    /// - Throws: `message_to_yourself`, `user_not_found`, `message_to_non_friend`, also if the caller blocks the
    ///   receiver, `idempotency_key_reused`, `validation_failed` for a malformed key and for another user's picture,
    ///   `token_invalid` if the caller's account is closed, `message_not_found` if the message of a repeated request
    ///   was deleted.
    package func callAsFunction(_ draft: MessageDraft, by caller: Caller) async throws(DomainError) -> ChatMessage {
        guard draft.receiver != caller.user else { throw .messageToYourself }
        let key = try draft.requestKey()
        if let mediaURL = draft.mediaURL { try await checkAddresses([mediaURL], field: "mediaUrl", by: caller) }
        return try await domainErrors { try await send(draft, key, caller) }
    }

    private func send(_ draft: MessageDraft, _ key: RequestKey?, _ caller: Caller) async throws -> ChatMessage {
        let now = Timestamp.now.unixMilliseconds
        // The statement knows the id.
        let provisional = MessageID(unixMilliseconds: now)
        let notice = try producer.outboxJob(
            Notify(.newMessage, to: draft.receiver, by: caller.user, entity: provisional.identifier),
            trace: caller.trace)
        let new = NewMessage(
            from: caller.user, to: draft.receiver, draft.text.text, mediaURL: draft.mediaURL, key: key,
            needsFriendship: draft.requiresFriendship, in: ConversationID(unixMilliseconds: now), enqueuing: notice)
        switch try await queue.add(new) {
        case .sent(let message, let isNotified):
            if isNotified {
                producer.push(notice.naming(message.id.identifier, insteadOf: provisional.identifier))
            }
            return ChatMessage(message)
        case .repeated(let id):
            guard let message = try await messages.find(id, for: caller.user) else { throw DomainError.messageNotFound }
            return ChatMessage(message)
        case .refused(let code): throw DomainError(messageRefusal: code)
        }
    }
}
