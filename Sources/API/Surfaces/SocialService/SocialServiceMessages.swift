import Chassis
import Domain
import Features
import HTTP

/// `/v1/messages` (S0-47 to S0-64).
struct SocialServiceMessages: Sendable {
    let messages: MessageFeature
    let responses: SocialServiceResponses

    private struct Sending: Decodable {
        let toUserId: UserID
        let content: String
    }

    /// S0-47 to S0-52. Only friends write to each other here.
    @Sendable func send(_ request: Request, by caller: Caller) async throws -> Response {
        let body = try await request.json(Sending.self, limit: JSONBodyLimit.texts(of: MessageText.longest))
        let message = try await messages.send(
            MessageDraft(
                to: body.toUserId, content: body.content, idempotencyKey: request.head.header("idempotency-key"),
                requiresFriendship: true), by: caller)
        return responses.object(201) { responses.write(message, to: &$0) }
    }

    /// S0-53 to S0-56.
    @Sendable func conversations(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 100, atMost: 100)
        return responses.array(try await messages.read.conversations(page, by: caller)) { object, entry in
            object.member("friendId", entry.other.id.description)
            object.object("friendInfo") { info in
                info.member("username", entry.other.username)
                info.member("avatar", responses.avatar(of: entry.other))
                info.member("onlineStatus", entry.presence.status.rawValue)
            }
            object.object("lastMessage") { responses.write(entry.lastMessage, to: &$0) }
            object.member("unreadCount", entry.unreadCount)
        }
    }

    /// S0-57 to S0-61. The first page has the newest messages; inside a page the oldest comes first. `before` continues
    /// after a message instead, whatever was written since.
    @Sendable func history(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 50, atMost: 100)
        let other = try request.parameter("friendId", as: UserID.self)
        let before = try request.query("before").map { text throws(DomainError) in
            guard let id = MessageID(text) else {
                throw DomainError(field: "before", reason: "before must be the id of a message")
            }
            return id
        }
        let history = try await messages.read.history(with: other, before: before, page, by: caller)
        let response = responses.object { body in
            body.member("messages", array: history.messages.reversed()) { list, message in
                list.object { responses.write(message, to: &$0) }
            }
            responses.write(page, total: history.total, to: &body)
        }
        guard history.messages.count == page.limit, let oldest = history.messages.last else { return response }
        return response.with("Link", "<\(request.path)?limit=\(page.limit)&before=\(oldest.id)>; rel=\"next\"")
    }

    /// S0-62 to S0-64.
    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        try await messages.read.markRead(try request.parameter("messageId", as: MessageID.self), by: caller)
        return SocialServiceResponses.done
    }
}
