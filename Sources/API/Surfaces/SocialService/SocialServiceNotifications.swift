import Chassis
import Domain
import Features
import HTTP

/// `/v1/notifications`: beyond the document, which shows the preferences to other services alone.
struct SocialServiceNotifications: Sendable {
    let notifications: NotificationFeature
    let responses: SocialServiceResponses

    @Sendable func list(_ request: Request, by caller: Caller) async throws -> Response {
        let page = try request.page(limit: 20, atMost: 100)
        let (entries, total, unread) = try await notifications.inbox.page(page, by: caller)
        return responses.object { body in
            body.member("notifications", array: entries) { list, notification in
                list.object { write(notification, to: &$0) }
            }
            body.member("unreadCount", unread)
            responses.write(page, total: total, to: &body)
        }
    }

    private func write(_ notification: InboxEntry, to object: inout JSONWriter) {
        object.member("id", notification.id)
        object.member("kind", notification.kind.rawValue)
        object.member("actorId", notification.actor)
        object.member("actorName", notification.actorName)
        object.member("entityId", notification.entity)
        object.member("title", notification.title)
        object.member("body", notification.body)
        object.member("isRead", notification.readAt != nil)
        object.member("createdAt", notification.createdAt, .seconds)
    }

    @Sendable func read(_ request: Request, by caller: Caller) async throws -> Response {
        try await notifications.inbox.markRead(
            try request.parameter("notificationId", as: NotificationID.self), by: caller)
        return SocialServiceResponses.done
    }

    @Sendable func readAll(_ request: Request, by caller: Caller) async throws -> Response {
        try await notifications.inbox.markAllRead(by: caller)
        return SocialServiceResponses.done
    }

    @Sendable func preferences(_ request: Request, by caller: Caller) async throws -> Response {
        responses.preferences(try await notifications.settings.read(by: caller), of: caller.user)
    }

    @Sendable func choose(_ request: Request, by caller: Caller) async throws -> Response {
        let change = try PreferenceChangesBody.change(in: try await request.fields())
        return responses.preferences(
            try await notifications.settings.update(change, by: caller), of: caller.user)
    }

    @Sendable func pushKey(_ request: Request, by caller: Caller) async throws -> Response {
        responses.object { $0.member("publicKey", notifications.pushSubscriptions.publicKey) }
    }

    /// The body is the JSON of a browser's `PushSubscription`.
    @Sendable func subscribe(_ request: Request, by caller: Caller) async throws -> Response {
        let fields = try await request.fields()
        let (endpoint, keys) = try fields.all(
            fields.required("endpoint", as: String.self),
            fields.object("keys") { keys in
                try keys.all(keys.required("p256dh", as: String.self), keys.required("auth", as: String.self))
            })
        let id = try await notifications.pushSubscriptions.add(
            endpoint: endpoint, publicKey: keys.0, secret: keys.1, by: caller)
        return responses.object(201) { $0.member("id", id) }
    }

    @Sendable func unsubscribe(_ request: Request, by caller: Caller) async throws -> Response {
        try await notifications.pushSubscriptions.remove(
            try request.parameter("subscriptionId", as: SubscriptionID.self), by: caller)
        return SocialServiceResponses.done
    }
}
