import Domain
import Jobs
import Storage

/// Conversations, what was written in them, and what was read of it.
struct ReadMessages: Sendable {
    /// A conversation, and how the other one is there.
    struct Entry: Sendable {
        let conversation: ConversationSummary
        let presence: Presence
    }

    let messages: MessageStore
    let presence: PresenceReader

    func conversations(_ page: PageRequest, of principal: Principal) async throws -> [Entry] {
        let found = try await messages.conversations(of: principal.user, offset: page.offset, limit: page.limit)
        let states = await presence.states(of: found.map(\.other))
        return zip(found, states).map { Entry(conversation: $0, presence: $1) }
    }

    /// A page of a conversation, the newest message first. What the client gets here is delivered to it.
    /// - Throws: ``MessageRefusal/conversationUnknown``.
    func history(
        with other: UserID, before last: MessageID?, _ page: PageRequest, of principal: Principal
    ) async throws -> MessageStore.History {
        guard
            let history = try await messages.history(
                of: principal.user, with: other, before: last, offset: page.offset, limit: page.limit)
        else { throw MessageRefusal.conversationUnknown }
        if history.hasUndelivered { try await messages.deliver(to: principal.user, from: other) }
        return history
    }

    /// - Throws: ``MessageRefusal``.
    func markRead(_ message: MessageID, by principal: Principal) async throws {
        switch try await messages.read(message, by: principal.user) {
        case .read: return
        case .foreign: throw MessageRefusal.notYours
        case .missing: throw MessageRefusal.messageUnknown
        }
    }
}
