import Chassis
import Domain
import Jobs
import Postgres
import Storage

/// Keeps the promise of ``SendPush``: hands the notification to the push service, and makes a job for each browser, so that
/// one that cannot be reached does not make the others hear it twice. What was read meanwhile nobody needs to hear.
struct SendPushHandler: Sendable {
    let notifications: NotificationStore
    let subscriptions: PushSubscriptions
    let webhook: Webhook?
    let database: Database
    let producer: Producer

    @Sendable func run(_ job: SendPush, _ context: JobContext) async throws -> Completion {
        guard let notification = try await notifications.find(job.notification), notification.readAt == nil else {
            return .finished
        }
        var fan = FanOut(context, database: database, producer: producer)
        if fan.checkpoint == nil {
            let browsers = try await subscriptions.list(of: notification.user)
            let jobs = browsers.map { SendWebPush(notification: notification.id, subscription: $0.id) }
            if !jobs.isEmpty { try await fan.step(jobs, checkpoint: "browsers") }
        }
        guard let webhook else {
            context.log.info("push recorded, there is no service to send it to")
            return .finished
        }
        try await webhook.deliver(PushText(notification).json(for: context.id), for: context)
        return .finished
    }
}
