import Chassis
import Domain
import HTTP
import Jobs
import Storage

/// `/v1/messages` (S0-47 to S0-64).
struct SocialServiceMessages: Sendable {
    let context: LoopContext
    let answers: SocialServiceResponses

    private struct Sending: Decodable {
        let toUserId: UserID
        let content: String
    }

    /// S0-47 to S0-52. Only friends write to each other here.
    @Sendable func send(_ request: Request, by principal: Principal) async throws -> Response {
        let body = try await request.json(Sending.self, limit: 131_072)
        let message = try await context.sendMessage(
            body.content, to: body.toUserId, by: principal, key: request.head.header("idempotency-key"),
            onlyFriends: true, trace: request.id.description)
        return answers.object(201) { answers.write(message, to: &$0) }
    }

    /// S0-53 to S0-56.
    @Sendable func conversations(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 100, atMost: 100)
        return answers.array(try await context.readMessages.conversations(page, of: principal)) { object, entry in
            object.member("friendId", entry.conversation.other.id.description)
            object.object("friendInfo") { info in
                info.member("username", entry.conversation.other.username)
                info.member("avatar", answers.avatar(of: entry.conversation.other))
                info.member("onlineStatus", entry.presence.status.rawValue)
            }
            object.object("lastMessage") { answers.write(entry.conversation.lastMessage, to: &$0) }
            object.member("unreadCount", entry.conversation.unreadCount)
        }
    }

    /// S0-57 to S0-61. The first page has the newest messages; inside a page the oldest comes first. `before` goes on behind
    /// a message instead, whatever was written meanwhile.
    @Sendable func history(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 50, atMost: 100)
        let other = try request.parameter("friendId", as: UserID.self)
        let before = try request.query("before").map { text throws(ValidationError) in
            guard let id = MessageID(text) else {
                throw ValidationError(field: "before", reason: "before must be the id of a message")
            }
            return id
        }
        let history = try await context.readMessages.history(with: other, before: before, page, of: principal)
        let answer = answers.object { body in
            body.member("messages", array: history.messages.reversed()) { list, message in
                list.object { answers.write(message, to: &$0) }
            }
            answers.write(page, total: history.total, to: &body)
        }
        guard history.messages.count == page.limit, let oldest = history.messages.last else { return answer }
        return answer.with("Link", "<\(request.path)?limit=\(page.limit)&before=\(oldest.id)>; rel=\"next\"")
    }

    /// S0-62 to S0-64.
    @Sendable func read(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.readMessages.markRead(
            try request.parameter("messageId", as: MessageID.self), by: principal)
        return SocialServiceResponses.done
    }
}
