import Chassis
import Domain
import Features
import HTTP

/// The response bodies of the Social Service: bare objects and arrays, times in whole seconds.
struct SocialServiceResponses: Sendable {
    let publicBaseURL: String

    /// A response without a body.
    static let done = Response(204).with("Cache-Control", "no-store")

    func object(_ status: Status = 200, _ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter(reserving: 2_048)
        writer.object(members)
        return .json(status, writer.bytes).with("Cache-Control", "no-store")
    }

    func array<Elements: Sequence>(
        _ elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) -> Response {
        var writer = JSONWriter(reserving: 4_096)
        writer.array(of: elements) { list, element in list.object { write(&$0, element) } }
        return .json(200, writer.bytes).with("Cache-Control", "no-store")
    }

    func avatar(of user: UserSummary) -> String? {
        AvatarAddress(publicBaseURL: publicBaseURL).address(user.avatar, of: user.id)
    }

    func write(_ page: Page, total: Int, to object: inout JSONWriter) {
        object.object("pagination") { pagination in
            pagination.member("total", total)
            pagination.member("page", page.number)
            pagination.member("limit", page.limit)
            pagination.member("totalPages", page.pages(of: total))
        }
    }

    func write(_ message: ChatMessage, to object: inout JSONWriter) {
        object.member("id", message.id)
        object.member("fromUserId", message.sender)
        object.member("toUserId", message.receiver)
        object.member("content", message.content)
        object.member("isRead", message.readAt != nil)
        if let deliveredAt = message.deliveredAt { object.member("deliveredAt", deliveredAt, .seconds) }
        if let readAt = message.readAt { object.member("readAt", readAt, .seconds) }
        object.member("createdAt", message.createdAt, .seconds)
    }

    func write(_ presence: UserPresence, as name: StaticString, to object: inout JSONWriter) {
        object.member(name, presence.status.rawValue)
        object.member("lastSeen", presence.lastSeen, .seconds)
        object.member("currentGame", presence.currentGame)
    }
}
