import Chassis
import Crypto
import Domain
import HTTP
import Storage

/// `/v1/notifications`: beyond the document, which shows the preferences to other services alone.
struct SocialServiceNotifications: Sendable {
    let context: LoopContext
    let answers: SocialServiceResponses

    @Sendable func list(_ request: Request, by principal: Principal) async throws -> Response {
        let page = try PageRequest(request, limit: 20, atMost: 100)
        let (notifications, total, unread) = try await context.ownNotifications.page(page, of: principal)
        return answers.object { body in
            body.member("notifications", array: notifications) { list, notification in
                list.object { write(notification, to: &$0) }
            }
            body.member("unreadCount", unread)
            answers.write(page, total: total, to: &body)
        }
    }

    private func write(_ notification: Notification, to object: inout JSONWriter) {
        object.member("id", notification.id.description)
        object.member("kind", notification.kind.rawValue)
        object.member("actorId", notification.actor?.description)
        object.member("actorName", notification.actorName)
        object.member("entityId", notification.entity?.description)
        object.member("title", notification.title)
        object.member("body", notification.body)
        object.member("isRead", notification.readAt != nil)
        object.member("createdAt", notification.createdAt, .seconds)
    }

    @Sendable func read(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownNotifications.read(
            try request.parameter("notificationId", as: NotificationID.self), by: principal)
        return SocialServiceResponses.done
    }

    @Sendable func readAll(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownNotifications.readAll(by: principal)
        return SocialServiceResponses.done
    }

    @Sendable func preferences(_ request: Request, by principal: Principal) async throws -> Response {
        answers.preferences(try await context.ownNotifications.chosen(by: principal), of: principal.user)
    }

    @Sendable func choose(_ request: Request, by principal: Principal) async throws -> Response {
        let changes = try await request.json(PreferenceChanges.self)
        return answers.preferences(
            try await context.ownNotifications.choose(changes, by: principal), of: principal.user)
    }

    @Sendable func pushKey(_ request: Request, by principal: Principal) async throws -> Response {
        answers.object { $0.member("publicKey", context.ownNotifications.pushSender.publicKey) }
    }

    private struct Subscription: Decodable {
        struct Keys: Decodable {
            let p256dh: String
            let auth: String
        }

        let endpoint: String
        let keys: Keys
    }

    /// The body is what a browser's `PushSubscription` turns itself into.
    @Sendable func subscribe(_ request: Request, by principal: Principal) async throws -> Response {
        let body = try await request.json(Subscription.self)
        let id = try await context.ownNotifications.subscribe(
            endpoint: body.endpoint, publicKey: body.keys.p256dh, secret: body.keys.auth, by: principal)
        return answers.object(201) { $0.member("id", id.description) }
    }

    @Sendable func unsubscribe(_ request: Request, by principal: Principal) async throws -> Response {
        try await context.ownNotifications.unsubscribe(
            try request.parameter("subscriptionId", as: SubscriptionID.self), by: principal)
        return SocialServiceResponses.done
    }
}
