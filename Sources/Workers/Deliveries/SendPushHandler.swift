import Chassis
import Domain
import Jobs
import Postgres
import Storage
import Web

/// Handles ``SendPush``: delivers the notification to the operator's push service, and enqueues a job for each
/// subscribed browser, so that a browser that cannot be reached does not repeat the delivery to the others. Waits
/// during quiet hours. A notification that was read meanwhile is not pushed.
struct SendPushHandler: Sendable {
    let catalog: NotificationCatalog
    let notifications: NotificationStore
    let subscriptions: PushSubscriptions
    let webhook: Webhook?
    let limits: DeliveryLimits
    let database: Database
    let producer: Producer

    @Sendable func run(_ job: SendPush, _ context: JobContext) async throws -> Completion {
        guard let (notification, language) = try await notifications.unread(job.notification) else { return .finished }
        // Before every attempt: a failed one may be repeated hours later.
        try await QuietHoursCheck(notifications: notifications)(notification.user)
        var fan = FanOut(context, database: database, producer: producer)
        if fan.checkpoint == nil {
            let jobs = try await subscriptions.list(of: notification.user).map { browser in
                SendWebPush(
                    notification: notification.id, subscription: browser.id, user: notification.user,
                    host: browser.hostAndPort, limits: limits)
            }
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

extension PushSubscriptions.Subscription {
    /// The host and port of the browser's push service. Only rows of an earlier version may hold no URL.
    var hostAndPort: String { WebURL(endpoint)?.hostAndPort ?? "unknown" }
}
