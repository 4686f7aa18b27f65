import Chassis
import Crypto
import Domain
import Jobs
import Postgres
import Storage
import Web

/// Handles ``SendPush``: delivers the notification to the push service, and enqueues a job for each subscribed browser,
/// so that a browser that cannot be reached does not repeat the delivery to the others. A notification that was read
/// meanwhile is not pushed.
struct SendPushHandler: Sendable {
    let catalog: NotificationCatalog
    let notifications: NotificationStore
    let subscriptions: PushSubscriptions
    let webhook: Webhook?
    let database: Database
    let producer: Producer

    @Sendable func run(_ job: SendPush, _ context: JobContext) async throws -> Completion {
        guard let (notification, language) = try await notifications.unread(job.notification) else { return .finished }
        var fan = FanOut(context, database: database, producer: producer)
        if fan.checkpoint == nil {
            try await QuietHoursCheck(notifications: notifications)(notification.user)
            let browsers = try await subscriptions.list(of: notification.user)
            let jobs = browsers.map { SendWebPush(notification: notification.id, subscription: $0.id) }
            if !jobs.isEmpty { try await fan.step(jobs, checkpoint: "browsers") }
        }
        guard let webhook else {
            context.log.info("push skipped: PUSH_WEBHOOK_URL is not set")
            return .finished
        }
        let message = try PushMessage(notification, in: language, catalog)
        try await webhook.deliver(message.json(for: context.id), for: context)
        return .finished
    }
}

/// Handles ``SendWebPush`` (RFC 8030): encrypts the notification for one browser and signs it with the server's key.
/// Removes the subscription of a browser that no longer exists.
struct SendWebPushHandler: Sendable {
    let catalog: NotificationCatalog
    let notifications: NotificationStore
    let subscriptions: PushSubscriptions
    let sender: PushSender
    let client: WebClient
    let pool: BlockingPool

    @Sendable func run(_ job: SendWebPush, _ context: JobContext) async throws -> Completion {
        guard let (notification, language) = try await notifications.unread(job.notification),
            let browser = try await subscriptions.list(of: notification.user).first(where: {
                $0.id == job.subscription
            })
        else { return .finished }
        let message = try PushMessage(notification, in: language, catalog).json(for: context.id)
        guard let body = PushEncryption.encrypt(message, publicKey: browser.publicKey, secret: browser.secret) else {
            try await subscriptions.remove(browser.id)
            return .finished
        }
        let headers = headers(browser.endpoint)
        let status = try await pool.run { [client] in
            do {
                return try client.post(browser.endpoint, headers: headers, body: body).status
            } catch WebError.disallowedURL, WebError.disallowedAddress {
                throw JobError.permanent(reason: "the browser's push service has a forbidden address")
            } catch {
                throw DeliveryFailed(reason: "\(error)")
            }
        }
        switch status {
        case 200..<300: return .finished
        case 404, 410:
            try await subscriptions.remove(browser.id)
            return .finished
        case 408, 429, 500...: throw DeliveryFailed(reason: "the push service answered \(status)")
        default: throw JobError.permanent(reason: "the push service answered \(status)")
        }
    }

    private func headers(_ endpoint: String) -> [String] {
        let origin = WebURL(endpoint)?.origin ?? ""
        return [
            "Content-Type: application/octet-stream", "Content-Encoding: aes128gcm", "TTL: 86400", "Urgency: normal",
            "Authorization: \(sender.authorization(for: origin, now: Timestamp.now.unixSeconds))",
        ]
    }
}

/// The body of a push: who did what, and the ids to look it up. It never holds the text of a message.
struct PushMessage: Sendable {
    private let notification: Notification
    private let title: String

    /// - Throws: `JobError.permanent` for a kind that is not in the catalog.
    init(_ notification: Notification, in language: Language, _ catalog: NotificationCatalog) throws(JobError) {
        guard let descriptor = catalog[notification.kind] else {
            throw .permanent(reason: "there is no notification kind \(notification.kind.rawValue)")
        }
        self.notification = notification
        title = descriptor.text(in: language).push(actor: notification.actorName, title: notification.title)
    }

    /// - Parameter delivery: The id of the delivery; the same for every attempt.
    func json(for delivery: JobID) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("deliveryId", delivery.description)
            object.member("userId", notification.user.description)
            object.member("notificationId", notification.id.description)
            object.member("kind", notification.kind.rawValue)
            object.member("title", title)
            object.member("actorId", notification.actor?.description)
            object.member("entityId", notification.entity?.description)
            object.member("createdAt", notification.createdAt, .seconds)
        }
        return writer.bytes
    }
}
