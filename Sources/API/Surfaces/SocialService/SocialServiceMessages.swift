import Chassis
import Domain
import Features
import HTTP

/// `/v1/messages` (S0-47 to S0-64).
struct SocialServiceMessages: Sendable {
    let messages: MessageFeature
    let responses: SocialServiceResponses

    /// S0-47 to S0-52. Only friends write to each other here.
    @Sendable func send(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields(limit: JSONBodyLimit.texts(of: MessageText.longest))
        let (receiver, content) = try fields.all(
            fields.required("toUserId", as: UserID.self), fields.required("content") { try MessageText($0) })
        let message = try await messages.send(
            MessageDraft(
                to: receiver, content: content, idempotencyKey: request.head.header("idempotency-key"),
                requiresFriendship: true), by: caller)
        return responses.object(201) { responses.write(message, to: &$0) }
    }

    /// S0-53 to S0-56.
    @Sendable func conversations(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 100, atMost: 100)
        return responses.array(try await messages.read.conversations(page, by: caller)) { object, entry in
            object.member("friendId", entry.other.id)
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
        let errors = FieldErrors()
        let (page, other, before) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 50, atMost: 100) },
            errors.read { () throws(DomainError) in try request.parameter("friendId", as: UserID.self) },
            errors.read { () throws(DomainError) in try Self.before(request) })
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

    private static func before(_ request: Request) throws(DomainError) -> MessageID? {
        guard let text = request.query("before") else { return nil }
        guard let id = MessageID(text) else {
            throw DomainError(field: "before", reason: "before must be the id of a message")
        }
        return id
    }

    /// S0-62 to S0-64.
    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        try await messages.read.markRead(try request.parameter("messageId", as: MessageID.self), by: caller)
        return SocialServiceResponses.done
    }
}
