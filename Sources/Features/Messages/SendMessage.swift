import Chassis
import Crypto
import Domain
import Jobs
import Storage

/// Sends a message. Whether only friends may is the surface's rule; a block wins over it.
struct SendMessage: Sendable {
    let messages: MessageStore
    let producer: Producer

    /// - Parameter key: What the client calls it: sent again under the same key, it is the same message.
    /// - Throws: ``MessageRefusal``, `ValidationError` for a key that is none.
    func callAsFunction(
        _ content: String, to receiver: UserID, by principal: Principal, key: String?, onlyFriends: Bool, trace: String
    ) async throws -> Message {
        guard receiver != principal.user else { throw MessageRefusal.yourself }
        let text = try Self.text(content)
        let now = Timestamp.now.unixMilliseconds
        let id = MessageID(unixMilliseconds: now)
        let new = NewMessage(
            id: id, sender: principal.user, receiver: receiver, content: text.text,
            key: try key.map { try Self.key($0, text, receiver) }, needsFriendship: onlyFriends)
        let notice = try producer.outboxJob(
            Notify(.newMessage, to: receiver, by: principal.user, entity: id.identifier), trace: trace)
        switch try await messages.send(new, in: ConversationID(unixMilliseconds: now), enqueuing: [notice]) {
        case .sent(let message, let promised):
            producer.push([notice], in: promised)
            return message
        case .repeated(let message): return message
        case .mismatch: throw MessageRefusal.keyUsed
        case .unknown: throw MessageRefusal.personUnknown
        // Whoever is blocked gets a stranger's answer.
        case .strangers, .blocked: throw MessageRefusal.notFriends
        case .blocking: throw MessageRefusal.blocking
        }
    }

    private static func text(_ content: String) throws(MessageRefusal) -> MessageText {
        do {
            return try MessageText(content)
        } catch {
            switch error {
            case .empty: throw .empty
            case .tooLong: throw .tooLong
            case .unwritable: throw .unwritable
            }
        }
    }

    private static func key(_ key: String, _ text: MessageText, _ receiver: UserID) throws -> NewMessage.Key {
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ValidationError(
                field: "Idempotency-Key", reason: "Idempotency-Key must be 1 to 255 visible ASCII characters")
        }
        return NewMessage.Key(text: key, digest: SHA256.digest(Array("\(receiver) \(text.text)".utf8).span))
    }
}
