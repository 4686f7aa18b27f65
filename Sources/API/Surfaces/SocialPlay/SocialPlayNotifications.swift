import Chassis
import Domain
import Features
import HTTP

/// The caller's notifications (S2-121 to S2-125), an entry for each group.
struct SocialPlayNotifications: Sendable {
    let groups: ReadGroupedInbox
    let responses: SocialPlayResponses

    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let errors = FieldErrors()
        let (page, cursor) = try errors.all(
            errors.read { () throws(DomainError) in try request.page(limit: 10, atMost: 100) },
            errors.read { () throws(DomainError) in try Self.cursor(request) })
        return responses.notifications(
            try await groups.page(page, after: cursor, by: caller), of: caller.user, page, request)
    }

    private static func cursor(_ request: Request) throws(DomainError) -> NotificationCursor? {
        guard let text = request.query("cursor") else { return nil }
        guard let cursor = NotificationCursor(text) else {
            throw DomainError(field: "cursor", reason: "cursor is not valid")
        }
        return cursor
    }

    @Sendable func countUnread(_ request: Request, by caller: Caller) async throws -> Response {
        let unread = try await groups.unread(by: caller)
        return responses.object { $0.member("unreadCount", unread) }
    }

    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        let id = try request.parameter("id", as: NotificationID.self)
        let readAt = try await groups.markRead(id, by: caller)
        return responses.object { body in
            body.member("id", id)
            body.member("isRead", true)
            body.member("readAt", readAt, .milliseconds)
        }
    }

    @Sendable func readAll(_ request: Request, by caller: Caller) async throws -> Response {
        try await groups.markAllRead(by: caller)
        return responses.message("All notifications marked as read")
    }

    @Sendable func delete(_ request: Request, by caller: Caller) async throws -> Response {
        try await groups.delete(try request.parameter("id", as: NotificationID.self), by: caller)
        return responses.message("Notification deleted successfully")
    }
}

extension SocialPlayResponses {
    /// `{notifications, unreadCount, pagination}`, the newest first.
    func notifications(_ found: InboxGroupPage, of user: UserID, _ page: Page, _ request: Request) -> Response {
        let response = object { body in
            body.member("notifications", array: found.groups) { list, group in
                list.object { write(group, of: user, to: &$0) }
            }
            body.member("unreadCount", found.unread)
            body.object("pagination") { pagination in
                pagination.member("page", page.number)
                pagination.member("limit", page.limit)
                pagination.member("hasMore", found.next != nil)
            }
        }
        guard let next = found.next else { return response }
        return response.with("Link", "<\(request.path)?limit=\(page.limit)&cursor=\(next)>; rel=\"next\"")
    }

    /// S2-34, and beyond the document the actor, how many others there are, and the text of an announcement.
    func write(_ group: InboxGroup, of user: UserID, to object: inout JSONWriter) {
        object.member("id", group.id)
        object.member("type", group.category.type)
        object.member("content", group.content)
        object.member("isRead", group.readAt != nil)
        object.member("entityType", group.entityType?.name)
        object.member("entityId", group.entity)
        object.member("userId", user)
        object.member("actorId", group.actor?.id)
        object.member("createdAt", group.createdAt, .milliseconds)
        object.member("readAt", group.readAt?.text(.milliseconds))
        object.member("othersCount", group.others)
        if let actor = group.actor { object.object("actor") { write(actor, to: &$0) } }
        if let body = group.body { object.member("body", body) }
    }
}

extension NotificationCategory {
    /// S2-35.
    fileprivate var type: String {
        switch self {
        case .like: "LIKE"
        case .comment: "COMMENT"
        case .follow: "FOLLOW"
        case .mention: "MENTION"
        case .message: "MESSAGE"
        case .system: "SYSTEM"
        }
    }
}

extension NotificationEntity {
    ///
    fileprivate var name: String {
        switch self {
        case .friendRequest: "friend_request"
        case .friendship: "friendship"
        case .achievement: "achievement"
        case .message: "message"
        case .user: "user"
        case .announcement: "announcement"
        case .post: "post"
        case .comment: "comment"
        case .report: "report"
        case .moderationAction: "moderation_action"
        }
    }
}
